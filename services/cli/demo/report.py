"""The report of a run for machines (``--report FILE``); money is fen."""

from pathlib import Path

import orjson

from services.cli.audit.replay import Report
from services.cli.client import Json
from services.cli.demo.desk import Desk

DAY = ("day", "sealed", "entries", "root", "bank_difference")


def write(file: Path, desk: Desk, audited: Report, *, zero: bool, seconds: float) -> None:
    """Write the report."""
    file.write_bytes(orjson.dumps(content(desk, audited, zero=zero, seconds=seconds), option=orjson.OPT_INDENT_2))


def content(desk: Desk, audited: Report, *, zero: bool, seconds: float) -> Json:
    """Gather the report: what the run did, and what the audit made of it."""
    tally = desk.tally
    return {
        "persons": len({person["person"] for person in desk.scenario.persons}),
        "claims": {
            "submitted": tally.submitted,
            "approved": audited.outcomes["approved"],
            "denied": audited.outcomes["denied"],
            "pended": tally.pended,
        },
        "payments": {
            "lines": tally.lines,
            "confirmed": tally.confirmed,
            "returned": tally.returned,
            "repaid": tally.repaid,
        },
        "days": [{name: row[name] for name in DAY} for row in tally.days],
        "months": tally.months,
        "trial_balance_zero": zero,
        "clawbacks": tally.clawbacks,
        "audit": {
            "events": audited.events,
            "entries": audited.entries,
            "differences": audited.differences,
            "roots_equal": audited.roots_equal,
            "seconds": round(audited.seconds, 3),
        },
        "totals": {name: audited.totals[name] for name in ("billed", "fund", "hospital", "person")},
        "seconds": round(seconds, 1),
    }
