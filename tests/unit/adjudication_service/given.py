"""Named good examples of adjudication's messages, and builders that change one thing about them."""

from datetime import date
from typing import Any

from contracts.claims import ClaimLine, ClaimSubmitted, ProviderChanged
from contracts.enrollment import Enrolled
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.intake import shipped_intake
from services.adjudication.model import Year
from services.adjudication.packs import shipped
from services.adjudication.supervision import shipped_supervision

BOOK = "340706-390"
PERSON = "34070600000001"

LEVEL_2 = ProviderChanged(
    provider="H34070600001",
    name="义安区人民医院",
    level="level_2",
    area="340706",
    agreement="active",
    since=date(2010, 1, 1),
)
LEVEL_3 = LEVEL_2.model_copy(
    update={"provider": "H34070000001", "name": "铜陵市立医院", "level": "level_3", "area": "340700"}
)


def line(amount: int = 1_500_000, list_class: str = "A", **changes: Any) -> ClaimLine:
    """A fee line; amount in fen."""
    fields = {"item": "X1", "day": date(2017, 3, 1), "self_pay_bp": 0, "over_limit": 0}
    return ClaimLine(amount=amount, list_class=list_class, **fields | changes)  # type: ignore[arg-type]


def claim(number: str = "C1", *lines: ClaimLine, **changes: Any) -> ClaimSubmitted:
    """A stay of a week at the level-2 hospital at home, 15,000 yuan in scope unless said otherwise."""
    fields: dict[str, Any] = {
        "claim": number,
        "person": PERSON,
        "book": BOOK,
        "provider": LEVEL_2.provider,
        "kind": "inpatient",
        "admitted": date(2017, 2, 22),
        "discharged": date(2017, 3, 1),
        "on": date(2017, 3, 1),
        "disease": None,
        "invoice": f"INV-{number}",
        "pay_to": "provider",
        "self_pay_consent": True,
        "referral": False,
        "lines": lines or (line(),),
    }
    return ClaimSubmitted(**fields | changes)


def visit(number: str, amount: int, **changes: Any) -> ClaimSubmitted:
    """An ordinary outpatient visit."""
    nothing = {"kind": "outpatient", "admitted": None, "discharged": None}
    return claim(number, line(amount), **nothing | changes)


def enrolled(person: str = PERSON, **changes: Any) -> Enrolled:
    """Cover for the year 2017."""
    fields: dict[str, Any] = {
        "person": person,
        "book": BOOK,
        "psn_type": "1501",
        "birth": date(1960, 1, 1),
        "begins": date(2017, 1, 1),
        "ends": date(2017, 12, 31),
    }
    return Enrolled(**fields | changes)


RULES = IntakeRules.of(shipped_intake()).reminding(SupervisionRules.of(shipped_supervision()))
PACK = shipped()["340706-resident"]

FACTS = Facts(
    birth=date(1960, 1, 1),
    tags=(),
    chronic=(),
    account_balance=0,
    level="level_2",
    in_county=True,
    agreement="active",
    year=Year(),
    stays=(),
    status="covered",
    status_since=None,
    submitted=date(2017, 3, 2),
    invoice_of=None,
    stay_of=None,
    discharged_before=None,
    intake=RULES.id,
    supervision=RULES.supervision,
)
"""Somebody covered, at the level-2 hospital at home, with nothing behind them this year."""
