"""核定: one claim, its facts and its rules in, the whole decision out; the same way in the service and in an audit."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, cast
from uuid import UUID

from pydantic import JsonValue

from contracts.claims import Adjudicated, ClaimForm, ClaimSubmitted, Counted
from contracts.claims import Amounts as ClaimAmounts
from contracts.money import LARGEST_AMOUNT
from services.adjudication.decide.accumulators import added
from services.adjudication.decide.case import Case, Line, Ytd
from services.adjudication.decide.denial import Denial
from services.adjudication.decide.eligibility import first_bar
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import IntakeRules, findings
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide, denied
from services.adjudication.decide.result import Amounts, Result
from services.adjudication.decide.sampling import SAMPLED

Reviewed = Literal["no", "approved", "rejected", "void"]
"""Whether people have looked at the claim, and what they said; ``void``: they agreed to what is another amount now."""

LATE_FACT = "LATE_FACT"
"""The finding that a decision would be lower now than the one that stands."""

REVIEW_VOID = "REVIEW_VOID"
"""The finding that people agreed to other amounts than they would be now: they look again."""

COUNTER = frozenset({"account", "cash"})
"""How the person's own part was paid is settled at the counter, once; it alone makes no new decision."""


class Judgement(NamedTuple):
    """What was decided: ``pended`` by findings, else approved or denied; ``result`` carries amounts and trace."""

    outcome: Literal["approved", "denied", "pended"]
    reason: str | None
    findings: tuple[str, ...]
    result: Result
    counted: Counted


def judge(
    claim: ClaimForm,
    facts: Facts,
    pack: Pack,
    rules: IntakeRules,
    reviewed: Reviewed,
    agreed: ClaimAmounts | None = None,
) -> Judgement:
    """Decide one claim: eligibility first, then the rule pack, then what people must look at.

    Nothing is taken back without them: less than what stands waits for a review (迟到的事实). What they approved are
    the amounts ``agreed``; where other ones come out now, their word is void.
    """
    case = as_case(claim, facts, pack.name)
    bar = "REVIEW_REJECTED" if reviewed == "rejected" else first_bar(claim, facts, rules)
    result = denied(case, _barred(bar, facts, rules)) if bar else decide(case, pack)
    if reviewed == "approved" and agreed is not None and not same_money(result["amounts"], agreed):
        reviewed = "void"
    unseen = reviewed in ("no", "void")
    less = unseen and _is_less(result, facts.stands)
    found: tuple[str, ...] = (LATE_FACT,) if less else ()
    if result["outcome"] == "denied" and not less:
        return Judgement("denied", result["reason"], (), result, nothing_counted(claim))
    if reviewed == "void":
        found += (REVIEW_VOID,)
    if result["outcome"] == "approved" and unseen:
        found += findings(claim, facts, result["amounts"]["total"], rules)
    if found:
        return Judgement("pended", None, found, result, nothing_counted(claim))
    sampled = unseen and _is_sampled(facts, result["amounts"]["total"], rules)
    return Judgement("approved", None, (SAMPLED,) if sampled else (), result, counted_of(claim, result))


def as_case(claim: ClaimForm, facts: Facts, pack: str) -> Case:
    """Write a claim and its facts as the case that the rule pack decides."""
    return Case(
        case="",
        pack=pack,
        on=claim.on,
        birth=facts.birth or claim.on,
        tags=frozenset(facts.tags),
        chronic=frozenset(facts.chronic),
        account_balance=facts.account_balance,
        level=facts.level or "",
        in_county=facts.in_county,
        kind=claim.kind,
        admitted=claim.admitted,
        discharged=claim.discharged,
        disease=claim.disease,
        lines=tuple([Line(x.amount, x.list_class, x.self_pay_bp, x.over_limit) for x in claim.lines]),
        ytd=Ytd(*facts.year, facts.stays),
    )


def adjudicated(
    claim: ClaimSubmitted,
    facts: Facts,
    pack: Pack,
    judgement: Judgement,
    *,
    round_: int,
    seen: int,
    review: UUID | None,
    supersedes: UUID | None = None,
) -> Adjudicated:
    """Write the decision as an event.

    Built of checked parts without validation, but for the amounts: this is done thousands of times a second. The tests
    validate what is built here against the contract.
    """
    return Adjudicated.trusted(
        claim=claim.claim,
        round=round_,
        person=claim.person,
        book=claim.book,
        provider=claim.provider,
        kind=claim.kind,
        on=claim.on,
        pay_to=claim.pay_to,
        outcome=judgement.outcome,
        reason=judgement.reason,
        findings=judgement.findings,
        review=review,
        pack=pack.name,
        pack_id=pack.id,
        seen=seen,
        facts=facts.as_json(),
        amounts=_checked(judgement.result["amounts"]),
        counted=judgement.counted,
        trace=cast("tuple[dict[str, JsonValue], ...]", tuple(judgement.result["trace"])),
        supersedes=supersedes,
    )


def judge_again(
    claim: ClaimSubmitted, decided: Adjudicated, packs: Mapping[str, Pack], intake: Mapping[str, IntakeRules]
) -> Judgement:
    """Decide a claim again from what its decision recorded; an audit compares the two.

    ``packs`` and ``intake`` are what the log published, by content hash. Raises ``KeyError`` for one that it did not.
    """
    facts = Facts.from_json(decided.facts)
    reviewed: Reviewed = "no"
    if decided.review is not None:
        reviewed = "rejected" if decided.reason == "REVIEW_REJECTED" else "approved"
    if REVIEW_VOID in decided.findings:
        reviewed = "void"
    return judge(claim, facts, packs[decided.pack_id], intake[facts.intake], reviewed)


def same_money(amounts: Amounts, decided: ClaimAmounts) -> bool:
    """Tell whether a result comes to the amounts of a decision, however the person's own part is paid."""
    new = {name: amount for name, amount in amounts.items() if name not in COUNTER}
    return new == decided.model_dump(exclude=set(COUNTER))


def counted_of(claim: ClaimForm, result: Result) -> Counted:
    """Write what an approved claim adds to the year."""
    adds = added(result)
    chronic = "chronic" in adds
    return Counted.trusted(
        year=claim.on.year,
        basic=adds["basic"],
        own_in_scope=adds.get("own_in_scope", 0),
        supplement=adds["supplement"],
        assistance=adds["assistance"],
        outpatient=adds.get("outpatient", 0),
        chronic=adds["basic"] if chronic else 0,
        disease=claim.disease if chronic else None,
    )


def nothing_counted(claim: ClaimForm | Adjudicated) -> Counted:
    """Count nothing towards the year."""
    return Counted(
        year=claim.on.year,
        basic=0,
        own_in_scope=0,
        supplement=0,
        assistance=0,
        outpatient=0,
        chronic=0,
        disease=None,
    )


def _is_less(result: Result, stands: int | None) -> bool:
    """Tell whether a decision takes something from one that stands: a denial also takes what counts for the year."""
    return stands is not None and (result["outcome"] == "denied" or result["amounts"]["fund"] < stands)


def _is_sampled(facts: Facts, total: int, rules: IntakeRules) -> bool:
    return facts.draw is not None and facts.draw < rules.sampling_rate(total)


def _barred(code: str, facts: Facts, rules: IntakeRules) -> Denial:
    given: dict[str, str | None] = {"status": facts.status, "agreement": facts.agreement}
    given |= {"invoice_of": facts.invoice_of, "stay_of": facts.stay_of}
    given["submitted"] = facts.submitted.isoformat()
    source = rules.notices[code].source
    return Denial(code, {"step": "eligibility", "term": "待遇资格", "source": source, "in": {**given}, "out": code})


def _checked(amounts: Amounts) -> ClaimAmounts:
    """Write the split of the claim; raises pydantic's ``ValidationError`` where an amount is below nothing."""
    plain = cast("dict[str, int]", amounts)
    sound = min(plain.values()) >= 0 and amounts["total"] <= LARGEST_AMOUNT
    return ClaimAmounts.adopted(plain) if sound else ClaimAmounts(**amounts)
