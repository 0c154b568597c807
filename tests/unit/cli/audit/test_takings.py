"""An audit finds a clawback that takes too much, has one person behind it, or was not undone as it was made (追回)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.claims import Counted
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackReversed, FundSplit
from contracts.envelope import Body
from services.adjudication.decide.clawback import reversal_of
from services.cli.audit.chain import Row
from services.cli.audit.divergence import Differences, Place
from services.cli.audit.takings import Takings

DECISION = UUID(int=7)
FUND = 1_000
Told = Sequence[tuple[str, Body]]


def split(amount: int) -> FundSplit:
    return FundSplit(basic=amount, supplement=0, critical=0, assistance=0)


def clawback(number: str = "K1", amount: int = 400, **changes: object) -> Clawback:
    counted = Counted(
        year=2017, basic=amount, own_in_scope=0, supplement=0, assistance=0, outpatient=0, chronic=0, disease=None
    )
    usual = {
        "clawback": number,
        "claim": "C1",
        "person": "P1",
        "book": "340706-390",
        "provider": "H34070600001",
        "kind": "inpatient",
        "on": date(2017, 3, 1),
        "decision_id": DECISION,
        "lines": (),
        "split": split(amount),
        "amount": amount,
        "counted": counted,
        "finding": "F1",
        "reason": "charged twice",
    }
    return Clawback.model_validate(usual | changes)


def proposed(number: str = "K1", amount: int = 400) -> ClawbackProposed:
    return ClawbackProposed(
        clawback=number,
        claim="C1",
        book="340706-390",
        decision_id=DECISION,
        decision_hash="0" * 64,
        lines=(),
        amount=amount,
        finding="F1",
        reason="charged twice",
    )


def appealed(number: str = "K1") -> ClawbackAppealed:
    return ClawbackAppealed(clawback=number, claim="C1", book="340706-390", reason="no", against="clawback")


def dismissed(number: str = "K1") -> AppealDismissed:
    return AppealDismissed(clawback=number, claim="C1", book="340706-390", reason="yes", against="clawback")


def undone(**changes: object) -> ClawbackReversed:
    return reversal_of(clawback(), "right").model_copy(update=changes)


TAKEN: Told = (("a", proposed()), ("b", clawback()))
APPEALED: Told = (*TAKEN, ("c", appealed()))


def differences(told: Told) -> list[str]:
    takings, found = Takings(), Differences()
    for seq, (actor, body) in enumerate(told, 1):
        place = Place("adjudication", 1, seq)
        row = Row(place, str(UUID(int=seq)), body.KIND, 1, "P1", "", date(2017, 3, 1), b"", {}, "", actor)
        takings.take_in(row, body, {str(DECISION): FUND}, found)
    return [one.what for one in found.first]


@pytest.mark.parametrize(
    "told",
    [
        TAKEN,
        (*APPEALED, ("d", undone())),
        (*APPEALED, ("d", dismissed())),
        (*APPEALED, ("d", undone()), ("a", proposed("K2", FUND)), ("b", clawback("K2", FUND))),
        (("adjudication", clawback("S1", FUND)),),
    ],
    ids=["taken", "undone", "dismissed", "taken again", "superseded"],
)
def test_what_people_did_by_the_rules_is_good(told: Told) -> None:
    assert differences(told) == []


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ((("a", proposed()), ("b", clawback(amount=500))), "amount as proposed"),
        ((("a", proposed()), ("b", clawback(split=split(399)))), "layers of the clawback"),
        ((("a", proposed()), ("a", clawback())), "a had a part in K1 before"),
        ((*TAKEN, ("a", proposed("K2", 601)), ("b", clawback("K2", 601))), "601 fen are left of the decision"),
        ((*TAKEN, ("x", clawback("S1", FUND))), "1000 fen are left of the decision"),
        ((*TAKEN, ("b", appealed())), "b decided on K1"),
        ((*TAKEN, ("d", undone())), "the appeal is open"),
        ((*APPEALED, ("b", undone())), "b had a part in K1 before"),
        ((*APPEALED, ("c", dismissed())), "c had a part in K1 before"),
        ((*APPEALED, ("d", undone(amount=401))), "amount of the clawback"),
        ((*APPEALED, ("d", undone(person="P2"))), "person of the clawback"),
        ((*APPEALED, ("d", undone()), ("e", undone())), "the clawback stands"),
        ((("c", appealed()),), "the clawback K1 was proposed"),
    ],
)
def test_what_breaks_a_rule_is_found(told: Told, what: str) -> None:
    assert what in differences(told)
