"""An audit finds a finding raised twice, handled by the wrong person, or cited where it does not fit (监管疑点)."""

from collections.abc import Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
import pytest

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.claims import Amounts, ClaimSubmitted, Counted, ReviewDecided
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackRejected, ClawbackReversed, FundSplit
from contracts.envelope import Body
from contracts.supervision import FindingClosed, FindingRaised, FindingTaken
from services.adjudication.decide.clawback import reversal_of
from services.adjudication.decide.supervision import SupervisionRules, finding_number
from services.adjudication.decide.supervision.grounds import grounds_of
from services.adjudication.supervision import shipped_grounds, shipped_supervision
from services.cli.audit.claims.oversight import About, Cited, Oversight, check_cited
from services.cli.audit.claims.standing import Standing
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place
from services.cli.audit.log.published import Rules
from tests.unit.adjudication_service.given import BOOK, LEVEL_2, PERSON, claim


def rules_in_which(code: str) -> SupervisionRules:
    """The rules of supervision, published with other words about one rule."""
    content = orjson.loads(shipped_supervision())
    content["rules"][code]["sentence"] = "换一种说法。"
    return SupervisionRules.of(orjson.dumps(content))


VERSION = SupervisionRules.of(shipped_supervision())
OWN, ANOTHERS = rules_in_which("DOUBLE_CHARGING"), rules_in_which("SPLIT_STAY")
RULES = Rules(
    supervision={one.id: one for one in (VERSION, OWN, ANOTHERS)}, grounds={"0" * 64: grounds_of(shipped_grounds())}
)
DECISION = UUID(int=7)
DAY = date(2017, 3, 31)
FIRST, SECOND = (uuid5(NAMESPACE_URL, name) for name in ("first", "second"))
NUMBER = finding_number(FIRST)
Told = Sequence[tuple[str, Body]]


def raised(cause: UUID = FIRST, **changes: object) -> FindingRaised:
    usual = {
        "finding": finding_number(cause),
        "rule": "DOUBLE_CHARGING",
        "rule_version": VERSION.id,
        "month": "2017-03",
        "book": BOOK,
        "provider": LEVEL_2.provider,
        "claim": "C1",
        "evidence": {"lines": [1]},
    }
    return FindingRaised.model_validate(usual | changes)


def taken(**changes: object) -> FindingTaken:
    return FindingTaken.model_validate({"finding": NUMBER, "book": BOOK} | changes)


def closed(**changes: object) -> FindingClosed:
    return FindingClosed.model_validate({"finding": NUMBER, "book": BOOK, "reason": "no"} | changes)


def proposed(**changes: object) -> ClawbackProposed:
    usual = {
        "clawback": "K1",
        "claim": "C1",
        "book": BOOK,
        "decision_id": DECISION,
        "decision_hash": "0" * 64,
        "lines": (),
        "amount": 1,
        "finding": NUMBER,
        "ground": "SUPERVISION",
        "reason": "twice",
    }
    return ClawbackProposed.model_validate(usual | changes)


def clawback(**changes: object) -> Clawback:
    nil = dict.fromkeys(("basic", "own_in_scope", "supplement", "assistance", "outpatient", "chronic"), 0)
    usual = {
        "clawback": "K1",
        "claim": "C1",
        "person": PERSON,
        "book": BOOK,
        "provider": LEVEL_2.provider,
        "kind": "inpatient",
        "on": DAY,
        "decision_id": DECISION,
        "lines": (),
        "split": FundSplit(basic=1, supplement=0, critical=0, assistance=0),
        "amount": 1,
        "counted": Counted(year=2017, disease=None, **nil),
        "finding": NUMBER,
        "ground": "SUPERVISION",
        "reason": "twice",
    }
    return Clawback.model_validate(usual | changes)


def rejected() -> ClawbackRejected:
    return ClawbackRejected(clawback="K1", claim="C1", book=BOOK, reason="no")


def undone() -> ClawbackReversed:
    return reversal_of(clawback(), "right")


def dismissed() -> AppealDismissed:
    return AppealDismissed(clawback="K1", claim="C1", book=BOOK, reason="no", against="clawback")


def reviewed() -> ReviewDecided:
    return ReviewDecided(
        claim="C1",
        book=BOOK,
        stage="initial",
        decision="approve",
        decision_id=DECISION,
        decision_hash="0" * 64,
        final=True,
        reason="",
    )


def submitted() -> ClaimSubmitted:
    return claim("C1")


TAKEN: Told = (("clerk", submitted()), ("judge", reviewed()), ("shen.ji", raised()), ("a", taken()))
CLOSED: Told = (*TAKEN, ("b", closed()))
ANOTHER = raised(SECOND, evidence={"lines": [2]})
OF_PEOPLE = {"finding": None, "ground": "COMPLAINT"}
OPEN_TWICE: Told = tuple(
    ("shen.ji", raised(cause, rule="OVER_QUOTA_SHARE", claim=None, evidence={"figures": {"share": 2_000}, "cases": n}))
    for n, cause in enumerate((FIRST, SECOND))
)
OF_SERVICE = {"clawback": "K2", "finding": None, "ground": "SUPERSEDED"}


NOTHING = Amounts(**dict.fromkeys(Amounts.model_fields, 0))
STANDING = {
    number: Standing(DECISION, "approved", BOOK, LEVEL_2.provider, DAY, NOTHING, True, False) for number in ("C1", "C2")
}


def row_of(seq: int, actor: str, body: Body) -> Row:
    cause = SECOND if isinstance(body, FindingRaised) and body.finding != NUMBER else FIRST
    place = Place("adjudication", 1, seq)
    return Row(place, str(UUID(int=seq)), body.KIND, 1, PERSON, str(cause), DAY, b"", {}, "", actor)


def differences(told: Told) -> list[str]:
    found = Differences()
    oversight = Oversight(RULES, STANDING, found)
    for seq, (actor, body) in enumerate(told, 1):
        oversight.take_in(row_of(seq, actor, body), body)
    check_cited(oversight.cited(), oversight.about_providers(), found)
    return [one.what for one in found.first]


@pytest.mark.parametrize(
    "told",
    [
        CLOSED,
        (*CLOSED, ("shen.ji", ANOTHER)),
        (*CLOSED, ("shen.ji", raised(SECOND, rule_version=OWN.id))),
        (*TAKEN, ("a", proposed()), ("b", clawback())),
        (*TAKEN, ("a", proposed()), ("b", rejected()), ("b", closed())),
        (*TAKEN, ("a", proposed(**OF_PEOPLE)), ("b", clawback(**OF_PEOPLE))),
        (*TAKEN, ("a", proposed()), ("b", clawback()), ("service", clawback(clawback="K3", repeats="K1"))),
        (*TAKEN, ("service", clawback(**OF_SERVICE))),
        (("a", proposed(finding="unbundled", ground=None)), ("b", clawback(finding="unbundled", ground=None))),
    ],
    ids=[
        "closed",
        "found again",
        "another rule",
        "upheld",
        "rejected",
        "complaint",
        "repeated",
        "superseded",
        "of old",
    ],
)
def test_what_was_done_by_the_rules_is_good(told: Told) -> None:
    assert differences(told) == []


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ((*TAKEN, ("shen.ji", raised(SECOND))), f"the finding {finding_number(SECOND)} is news"),
        ((*CLOSED, ("shen.ji", raised(SECOND))), f"the finding {finding_number(SECOND)} is news"),
        (
            (*CLOSED, ("shen.ji", raised(SECOND, rule_version=ANOTHERS.id))),
            f"the finding {finding_number(SECOND)} is news",
        ),
        (OPEN_TWICE, f"the finding {finding_number(SECOND)} is news"),
        ((*TAKEN, ("shen.ji", ANOTHER)), f"the finding {finding_number(SECOND)} is news"),
        ((*TAKEN[:-1], ("judge", taken())), f"what bars judge from {NUMBER}"),
        ((*TAKEN[:-1], ("clerk", taken())), f"what bars clerk from {NUMBER}"),
        ((*TAKEN, ("a", closed())), f"what bars a from {NUMBER}"),
        ((*TAKEN, ("judge", closed())), f"what bars judge from {NUMBER}"),
        ((*TAKEN, ("b", taken())), f"status of {NUMBER} when it is taken"),
        ((*TAKEN[:-1], ("b", closed())), f"status of {NUMBER} when it is closed"),
        ((*TAKEN, ("a", proposed()), ("b", closed())), f"status of {NUMBER} when it is closed"),
        ((*TAKEN, ("a", proposed()), ("b", clawback()), ("c", closed())), f"status of {NUMBER} when it is closed"),
        ((*CLOSED, ("c", closed())), f"status of {NUMBER} when it is closed"),
        ((("a", taken()),), f"book of the finding {NUMBER}"),
        ((*TAKEN, ("b", closed(book="510800-310"))), f"book of the finding {NUMBER}"),
        ((*TAKEN[:-1], ("a", proposed())), f"the finding {NUMBER} is in review"),
        ((*CLOSED, ("a", proposed())), f"the finding {NUMBER} is in review"),
        ((*TAKEN, ("a", proposed(claim="C2"))), f"claim of the finding {NUMBER}"),
        ((*TAKEN, ("a", proposed(finding="F404"))), "the finding F404 was raised"),
        ((*TAKEN, ("a", proposed(finding=None))), "a finding is named"),
        ((*TAKEN, ("a", proposed(ground="COMPLAINT"))), "a finding is named"),
        ((*TAKEN, ("a", proposed(finding=None, ground="CANCELLED"))), "the ground CANCELLED is one of people's"),
        ((*TAKEN, ("a", proposed()), ("b", clawback(**OF_PEOPLE))), "ground and finding as proposed"),
        ((*TAKEN, ("service", clawback(**OF_PEOPLE))), "the ground COMPLAINT is one of the service's"),
        ((*TAKEN, ("clerk", proposed())), "clerk proposes in a case of their own"),
        ((*TAKEN, ("a", reviewed()), ("b", proposed())), f"who took {NUMBER} had a part in C1"),
        *(
            ((*TAKEN, ("b", proposed()), *before, (actor, body)), f"what bars {actor} from K1")
            for actor in ("clerk", PERSON, "judge", "a")
            for before, body in (
                ((), clawback()),
                ((), rejected()),
                ((("c", clawback()),), undone()),
                ((("c", clawback()),), dismissed()),
            )
        ),
    ],
)
def test_what_breaks_a_rule_is_found(told: Told, what: str) -> None:
    assert what in differences(told)


ABOUT = About(LEVEL_2.provider, BOOK, "2017-03", ("a", DAY), None)
CITED = Cited(
    Place("adjudication", 1, 1),
    "F1",
    LEVEL_2.provider,
    BOOK,
    "2017-03",
    DAY,
    had_part=frozenset({"judge"}),
    since={"his"},
    judges={"c"},
)


def of_another_shard(about: About, cited: Cited = CITED) -> list[str]:
    found = Differences()
    check_cited([cited], {"F1": about}, found)
    return [one.what for one in found.first]


@pytest.mark.parametrize("about", [ABOUT, ABOUT._replace(closed=("b", DAY)), ABOUT._replace(month="2017-02")])
def test_a_clawback_that_cites_the_month_of_its_provider_is_good(about: About) -> None:
    assert of_another_shard(about) == []


@pytest.mark.parametrize(
    ("about", "what"),
    [
        (ABOUT._replace(provider="H34070000001"), "whom the finding F1 is about"),
        (ABOUT._replace(month="2017-04"), "the claim was decided in 2017-04 or later"),
        (ABOUT._replace(taken=None), "the finding F1 was taken into review"),
        (ABOUT._replace(taken=("a", date(2017, 4, 1))), "the finding F1 was taken into review"),
        (ABOUT._replace(taken=("judge", DAY)), "judge, who took F1, had a part in it"),
        (ABOUT._replace(taken=("c", DAY)), "c, who took F1, had a part in it"),
        (ABOUT._replace(closed=("b", date(2017, 3, 30))), "the finding F1 was closed before"),
        (ABOUT._replace(closed=("judge", DAY)), "judge, who closed F1, had a part in it"),
        (ABOUT._replace(closed=("his", DAY)), "his, who closed F1, had a part in it"),
    ],
)
def test_a_clawback_that_cites_another_month_or_what_nobody_looked_into_is_found(about: About, what: str) -> None:
    assert of_another_shard(about) == [what]


def test_who_decided_a_claim_or_objected_may_not_close_the_finding_that_its_clawback_names() -> None:
    oversight = Oversight(RULES, STANDING, Differences())
    objected = ClawbackAppealed(clawback="K1", claim="C1", book=BOOK, reason="no", against="proposal")
    told = (("clerk", submitted()), ("judge", reviewed()), ("a", proposed(finding="F404")), ("his", objected))
    for seq, (actor, body) in enumerate(told, 1):
        oversight.take_in(row_of(seq, actor, body), body)
    assert [(one.had_part, one.since) for one in oversight.cited()] == [({"clerk", PERSON, "judge"}, {"his"})]
