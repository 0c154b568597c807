"""医保基金监管: pure rules over recorded claims; nothing here reads a clock, a database or chance."""

from services.adjudication.decide.supervision.providers import ProviderMonth, Tally, share
from services.adjudication.decide.supervision.rules import SupervisionRules
from services.adjudication.decide.supervision.survey import (
    Found,
    Span,
    finding_number,
    look_at,
    survey_person,
    survey_providers,
)

__all__ = [
    "Found",
    "ProviderMonth",
    "Span",
    "SupervisionRules",
    "Tally",
    "finding_number",
    "look_at",
    "share",
    "survey_person",
    "survey_providers",
]
