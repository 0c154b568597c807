"""What a front end may ask of adjudication over HTTP."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.adjudication.api import (
    agreements,
    appeals,
    claims,
    clawbacks,
    directory,
    estimates,
    explanation,
    findings,
    lookup,
    national,
    reconsiderations,
    reports,
    reviews,
    supervision,
    what_if,
)
from services.adjudication.desk import Library
from services.chassis.unit import Log


def routers(log: Log, library: Library) -> Sequence[APIRouter]:
    """Make all routes of the service."""
    return (
        claims.router(log, library),
        lookup.router(log, library),
        explanation.router(log, library),
        reviews.router(log, library),
        clawbacks.router(log, library),
        appeals.router(log, library),
        estimates.router(log, library),
        national.router(log, library),
        directory.router(log),
        agreements.router(log),
        supervision.router(log),
        findings.router(log),
        reports.router(log),
        what_if.router(log, library),
        reconsiderations.router(log),
    )
