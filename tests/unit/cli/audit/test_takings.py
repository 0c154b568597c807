"""An audit finds a clawback that takes too much, has one person behind it, or was not undone as it was made (追回)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.claims import Adjudicated, ClaimCancelled, Counted
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackRejected, ClawbackReversed, FundSplit
from contracts.envelope import Body
from services.adjudication.decide.clawback import reversal_of
from services.cli.audit.claims.takings import Takings
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place

EXAMPLE = Path(__file__).parents[4] / "contracts" / "examples" / "Adjudicated.v1.json"
DECISION, NEWER, NEWEST = UUID(int=7), UUID(int=8), UUID(int=9)
BY_ROUND = {1: DECISION, 2: NEWER, 3: NEWEST}
FUND, ACCOUNT = 1_000, 30
WHOM = {
    "claim": "C1",
    "person": "P1",
    "book": "340706-390",
    "provider": "H34070600001",
    "kind": "inpatient",
    "on": date(2017, 3, 1),
}
Told = Sequence[tuple[str, Body]]


def counts(basic: int) -> Counted:
    nothing = dict.fromkeys(("own_in_scope", "supplement", "assistance", "outpatient", "chronic"), 0)
    return Counted(year=2017, basic=basic, disease=None, **nothing)


def decided(fund: int = FUND, **changes: object) -> Adjudicated:
    """A decision on C1 that approves ``fund`` fen, all from the basic fund; the account pays 30 fen."""
    example = Adjudicated.model_validate_json(EXAMPLE.read_bytes())
    amounts = example.amounts.model_copy(update={"basic": fund, "fund": fund, "account": ACCOUNT})
    return example.model_copy(update=WHOM | {"amounts": amounts, "counted": counts(fund)} | changes)


def newer(fund: int = FUND, **changes: object) -> Adjudicated:
    """A decision that takes the place of the first."""
    return decided(fund, **{"round": 2, "supersedes": DECISION} | changes)


def newest() -> Adjudicated:
    """A decision that takes the place of the second."""
    return decided(FUND, round=3, supersedes=NEWER)


def split(amount: int) -> FundSplit:
    return FundSplit(basic=amount, supplement=0, critical=0, assistance=0)


def clawback(number: str = "K1", amount: int = 400, **changes: object) -> Clawback:
    usual = WHOM | {
        "clawback": number,
        "decision_id": DECISION,
        "lines": (),
        "split": split(amount),
        "amount": amount,
        "counted": counts(amount),
        "finding": None,
        "ground": "COMPLAINT",
        "reason": "charged twice",
    }
    return Clawback.model_validate(usual | changes)


def superseded(amount: int = FUND, **changes: object) -> Clawback:
    """All that was left of the first decision, and what the account paid."""
    return clawback("S1", amount, **{"ground": "SUPERSEDED", "account": ACCOUNT} | changes)


def again(amount: int = 400, **changes: object) -> Clawback:
    """K1 once more, of the newer decision."""
    return clawback("S2", amount, **{"decision_id": NEWER, "repeats": "K1"} | changes)


def negative(amount: int = FUND, **changes: object) -> Clawback:
    """The negative settlement of a claim that is withdrawn."""
    return clawback("N1", amount, **{"ground": "CANCELLED", "counted": counts(0)} | changes)


def withdrawn(amount: int = FUND, **changes: object) -> ClaimCancelled:
    usual = {name: WHOM[name] for name in ("claim", "person", "book")}
    usual |= {"decision_id": DECISION, "counted": counts(amount), "account": ACCOUNT, "reason": "entered twice"}
    return ClaimCancelled.model_validate(usual | changes)


def proposed(number: str = "K1", amount: int = 400) -> ClawbackProposed:
    return ClawbackProposed(
        clawback=number,
        claim="C1",
        book="340706-390",
        decision_id=DECISION,
        decision_hash="0" * 64,
        lines=(),
        amount=amount,
        finding=None,
        ground="COMPLAINT",
        reason="charged twice",
    )


def rejected(number: str = "K1") -> ClawbackRejected:
    return ClawbackRejected(clawback=number, claim="C1", book="340706-390", reason="no")


def appealed(number: str = "K1") -> ClawbackAppealed:
    return ClawbackAppealed(clawback=number, claim="C1", book="340706-390", reason="no", against="clawback")


def dismissed(number: str = "K1") -> AppealDismissed:
    return AppealDismissed(clawback=number, claim="C1", book="340706-390", reason="yes", against="clawback")


def undone(**changes: object) -> ClawbackReversed:
    return reversal_of(clawback(), "right").model_copy(update=changes)


TAKEN: Told = (("a", proposed()), ("b", clawback()))
APPEALED: Told = (*TAKEN, ("c", appealed()))


def differences(told: Told) -> list[str]:
    """What is found after the first decision; each has an id of its own."""
    takings, found = Takings(), Differences()
    for seq, (actor, body) in enumerate((("adjudication", decided()), *told), 1):
        key = BY_ROUND[body.round] if isinstance(body, Adjudicated) else UUID(int=100 + seq)
        place = Place("adjudication", 1, seq)
        row = Row(place, str(key), body.KIND, 1, "P1", "", date(2017, 3, 1), b"", {}, "", actor)
        if isinstance(body, Adjudicated):
            takings.decide(row, body)
        else:
            takings.take_in(row, body, found)
    takings.finish(found)
    return [one.what for one in found.first]


@pytest.mark.parametrize(
    "told",
    [
        TAKEN,
        (*APPEALED, ("d", undone())),
        (*APPEALED, ("d", dismissed())),
        (*APPEALED, ("d", undone()), ("a", proposed("K2", FUND)), ("b", clawback("K2", FUND))),
        (("service", newer()), ("service", superseded())),
        (*TAKEN, ("service", newer()), ("service", superseded(600)), ("service", again())),
        (*TAKEN, ("service", newer(300)), ("service", superseded(600)), ("service", again(300))),
        (*TAKEN, ("service", newer(0, outcome="denied")), ("service", superseded(600))),
        (
            *TAKEN,
            ("service", newer(0, outcome="denied")),
            ("service", superseded(600)),
            ("service", newest()),
            ("service", again(decision_id=NEWEST)),
        ),
        (("service", newer(0, outcome="pended")),),
        (("clerk", negative()), ("clerk", withdrawn())),
        (*TAKEN, ("clerk", negative(600)), ("clerk", withdrawn(600))),
        (("service", newer()), ("service", superseded(ground=None, finding="SUPERSEDED"))),
        (("clerk", negative(ground=None, finding="CANCELLED")), ("clerk", withdrawn())),
    ],
    ids=[
        "taken",
        "undone",
        "dismissed",
        "taken again",
        "superseded",
        "repeated",
        "repeated as far as it reaches",
        "superseded by a denial",
        "taken again after a denial",
        "waits",
        "withdrawn",
        "the rest withdrawn",
        "superseded, of old",
        "withdrawn, of old",
    ],
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
        ((("x", clawback(amount=FUND)),), "two people, or a decision that takes its place"),
        ((("x", clawback(amount=FUND, ground=None, finding="F1")),), "two people, or a decision that takes its place"),
        ((("x", superseded()),), "two people, or a decision that takes its place"),
        ((("x", again(decision_id=DECISION)),), "what is taken again of K1"),
        ((("x", clawback(decision_id=NEWER)),), f"{NEWER} is approved"),
        ((*TAKEN[:1], ("b", clawback(person="P2"))), "whom it is taken from"),
        ((*TAKEN[:1], ("b", clawback(counted=counts(401)))), "what the year gives back"),
        ((*TAKEN[:1], ("b", clawback(account=1))), "what the account gets back"),
        (
            (*TAKEN[:1], ("b", clawback(split=FundSplit(basic=300, supplement=100, critical=0, assistance=0)))),
            "layers that give it back",
        ),
        ((("service", newer()),), "what was left is taken back"),
        ((("service", newer()), ("service", superseded(account=0))), "what the account gets back"),
        ((*TAKEN, ("service", newer()), ("service", superseded(600))), "K1 is taken again"),
        (
            (*TAKEN, ("service", newer()), ("service", superseded(600)), ("service", again(399))),
            "what is taken again of K1",
        ),
        (
            (*TAKEN, ("service", newer(0, outcome="denied")), ("service", superseded(600)), ("service", newest())),
            "K1 is taken again",
        ),
        ((("x", negative()),), "the claim is withdrawn"),
        ((("x", withdrawn()),), "fen left of the withdrawn claim"),
        ((("clerk", negative()), ("clerk", withdrawn(FUND + 1))), "what the year gives back"),
        ((("clerk", negative()), ("clerk", withdrawn(account=0))), "what the account gets back"),
        ((("x", withdrawn(0, decision_id=None, account=0)),), "the decision that stood"),
        ((("a", proposed()), ("a", rejected())), "a had a part in K1 before"),
        ((("a", proposed()), ("b", rejected()), ("c", clawback())), "K1 is decided on once"),
        ((*TAKEN, ("c", rejected())), "K1 is decided on once"),
        ((("c", rejected()),), "the clawback K1 was proposed"),
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
