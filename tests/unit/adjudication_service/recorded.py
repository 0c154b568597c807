"""Recorded claims as supervision sees them, and builders that change one thing about them."""

from datetime import date, timedelta
from typing import Any

from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.recorded import Charge, Recorded, Shares
from services.adjudication.supervision import shipped_supervision
from tests.unit.adjudication_service.given import BOOK, LEVEL_2, PERSON

RULES = SupervisionRules.of(shipped_supervision())
FIRST = date(2017, 3, 1)


def shares(total: int = 1_000_000, **changes: int) -> Shares:
    """A claim of 10,000 yuan, all in scope, of which the basic fund pays 7,000."""
    fields = {"total": total, "in_scope": total, "basic": total * 7 // 10}
    return Shares(**{"supplement": 0, "critical": 0, "assistance": 0, "hospital": 0} | fields | changes)


def charge(item: str = "X1", day: date = FIRST, amount: int = 10_000, list_class: str = "A") -> Charge:
    """A fee line of 100 yuan on the first day."""
    return Charge(item, day, amount, list_class)


def stay(days: int = 7, claim: str = "C1", admitted: date = FIRST, **changes: Any) -> Recorded:
    """A stay of a week at the level-2 hospital at home, something charged every day; decided when it ended."""
    discharged = admitted + timedelta(days)
    fields: dict[str, Any] = {
        "claim": claim,
        "person": PERSON,
        "book": BOOK,
        "provider": LEVEL_2.provider,
        "level": "level_2",
        "in_county": True,
        "tags": (),
        "kind": "inpatient",
        "disease": "J18",
        "on": discharged,
        "admitted": admitted,
        "discharged": discharged,
        "pay_to": "provider",
        "decided_on": discharged,
        "reviewed": False,
        "status": None,
        "status_since": None,
        "charges": tuple(charge(day=admitted + timedelta(n)) for n in range(max(days, 1))),
        "shares": shares(),
        "clawed_back": 0,
    }
    return Recorded(**fields | changes)


def visit(claim: str = "V1", **changes: Any) -> Recorded:
    """An outpatient visit on the first day."""
    nothing = {"kind": "outpatient", "disease": None, "charges": (charge(),)}
    return stay(0, claim, **nothing | changes)._replace(admitted=None, discharged=None)
