"""Claims are decided from what the logs say, once, in order, and the same whatever the batches are."""

import asyncio
from datetime import date, timedelta

import pytest

from contracts.claims import ClaimCancelled, ClaimSubmitted
from contracts.enrollment import DiseaseCertified, Enrolled, StatusChanged, TagChanged
from services.adjudication.decide.judgement import nothing_counted
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Place
from tests.unit.adjudication_service.given import BOOK, LEVEL_3, PERSON, claim, enrolled, line, visit

OTHER = "34070600000002"
CAP = 16_000_000
NEW_YEAR = date(2017, 1, 1)


async def outcomes(place: Place) -> dict[str, str]:
    """What was said of each claim: its outcome, or the reason of its denial."""
    return {decided.claim: decided.reason or decided.outcome for decided in await place.decisions()}


def stay(n: int, **changes: object) -> ClaimSubmitted:
    """The n-th stay of two days of one year, each for 49,000 yuan in scope, none touching another."""
    admitted = NEW_YEAR + timedelta(3 * n)
    days = {"admitted": admitted, "discharged": admitted + timedelta(2), "on": admitted + timedelta(2)}
    return claim(f"S{n}", line(4_900_000), **days | changes)


async def test_a_claim_of_a_covered_person_is_approved_to_the_fen(place: Place) -> None:
    await place.hear(enrolled())
    await place.submit(claim())
    await place.decide()
    decided = (await place.decisions())[0]
    assert (decided.outcome, decided.amounts.basic, decided.amounts.person) == ("approved", 1_112_500, 387_500)


async def test_a_claim_of_somebody_unknown_is_denied_in_full(place: Place) -> None:
    await place.submit(claim())
    await place.decide()
    decided = (await place.decisions())[0]
    assert (decided.reason, decided.amounts.fund, decided.amounts.cash) == ("NOT_ENROLLED", 0, 1_500_000)


@pytest.mark.parametrize(
    "reason, said, asked",
    [
        ("NOT_COVERED_ON_DATE", enrolled(ends=date(2017, 2, 28)), claim()),
        (
            "IN_ARREARS",
            StatusChanged(person=PERSON, book=BOOK, status="arrears", since=date(2017, 2, 1)),
            claim(),
        ),
        (
            "DECEASED_BEFORE_SERVICE",
            StatusChanged(person=PERSON, book=BOOK, status="deceased", since=date(2017, 2, 1)),
            claim(),
        ),
        ("PROVIDER_UNKNOWN", enrolled(), claim(provider="H34070699999")),
        ("REFERRAL_MISSING", enrolled(), claim(provider=LEVEL_3.provider)),
        ("NOT_CERTIFIED", enrolled(), visit("C1", 100, kind="chronic", disease="D01")),
    ],
)
async def test_what_the_logs_say_denies_a_claim(
    place: Place, reason: str, said: Enrolled | StatusChanged, asked: ClaimSubmitted
) -> None:
    await place.hear(enrolled(), said)
    await place.submit(asked)
    await place.decide()
    assert await outcomes(place) == {"C1": reason}


@pytest.mark.parametrize(
    "outcome, said",
    [
        ("approved", enrolled()),
        ("NOT_COVERED_ON_DATE", enrolled(ends=date(2017, 2, 28))),
        ("IN_ARREARS", StatusChanged(person=PERSON, book=BOOK, status="arrears", since=date(2017, 2, 1))),
    ],
)
async def test_care_that_ends_with_death_is_owed_to_the_covered_alone(
    place: Place, outcome: str, said: Enrolled | StatusChanged
) -> None:
    died = StatusChanged(person=PERSON, book=BOOK, status="deceased", since=date(2017, 2, 27))
    await place.hear(enrolled(), said, died)
    await place.submit(claim())
    await place.decide()
    assert await outcomes(place) == {"C1": outcome}
    assert await differences(place) == []


async def test_a_tag_that_is_held_on_the_day_brings_assistance(place: Place) -> None:
    await place.hear(enrolled(), TagChanged(person=PERSON, book=BOOK, tag="poor", begins=NEW_YEAR, ends=None))
    await place.submit(claim())
    await place.decide()
    assert (await place.decisions())[0].amounts.assistance == 271_250


async def test_a_certified_disease_is_paid_within_its_allowance(place: Place) -> None:
    said = DiseaseCertified(person=PERSON, book=BOOK, disease="D01", begins=NEW_YEAR, ends=None)
    await place.hear(enrolled(), said)
    await place.submit(
        visit("C1", 400_000, kind="chronic", disease="D01"), visit("C2", 400_000, kind="chronic", disease="D01")
    )
    await place.decide()
    assert [decided.amounts.basic for decided in await place.decisions()] == [260_000, 40_000]


async def test_a_decision_names_the_position_of_the_enrollment_log_that_it_knew(place: Place) -> None:
    await place.hear(enrolled(), StatusChanged(person=PERSON, book=BOOK, status="normal", since=NEW_YEAR))
    await place.submit(claim())
    await place.decide()
    assert (await place.decisions())[0].seen == 2


async def test_many_batches_of_one_give_what_one_batch_of_many_gives(place: Place) -> None:
    await place.hear(enrolled(), enrolled(OTHER))
    mine = [stay(n, claim=f"A{n}", invoice=f"A{n}") for n in range(6)]
    theirs = [stay(n, claim=f"B{n}", invoice=f"B{n}", person=OTHER) for n in range(6)]
    await place.submit(*mine)
    await place.decide()
    await place.submit(*theirs)
    for event in await place.news():
        await place.decide([event])
    amounts = {decided.claim: decided.amounts for decided in await place.decisions()}
    assert [amounts[f"A{n}"] for n in range(6)] == [amounts[f"B{n}"] for n in range(6)]


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "the last one first"])
async def test_claims_that_race_for_one_cap_are_paid_exactly_the_cap(place: Place, order: int) -> None:
    await place.hear(enrolled())
    await place.submit(*[stay(n) for n in range(8)])
    asking = [event for event in await place.news() if event.kind == "ClaimSubmitted"]
    await asyncio.gather(*(place.decide([event]) for event in asking[::order]))
    assert sum(decided.amounts.basic for decided in await place.decisions()) == CAP


async def test_two_people_who_race_with_one_invoice_are_not_both_paid(place: Place) -> None:
    people = [f"340706000001{n:02d}" for n in range(8)]
    await place.hear(*[enrolled(person) for person in people])
    await place.submit(*[claim(f"C{n}", person=person, invoice="I1") for n, person in enumerate(people)])
    asking = [event for event in await place.news() if event.kind == "ClaimSubmitted"]
    await asyncio.gather(*(place.decide([event]) for event in asking))
    assert sorted((await outcomes(place)).values()) == ["DUPLICATE_INVOICE"] * 7 + ["approved"]


async def test_a_denied_claim_gives_its_invoice_back_to_the_next_in_the_same_batch(place: Place) -> None:
    await place.hear(enrolled())
    await place.submit(claim("C1", provider="H34070699999", invoice="I1"), claim("C2", invoice="I1"))
    await place.decide()
    assert await outcomes(place) == {"C1": "PROVIDER_UNKNOWN", "C2": "approved"}


async def test_an_approved_claim_keeps_its_invoice_for_all_time(place: Place) -> None:
    await place.hear(enrolled())
    await place.submit(claim("C1", invoice="I1"))
    await place.decide()
    await place.submit(visit("C2", 100, invoice="I1"))
    await place.decide()
    assert await outcomes(place) == {"C1": "approved", "C2": "DUPLICATE_INVOICE"}


async def test_a_stay_inside_another_stay_is_denied(place: Place) -> None:
    await place.hear(enrolled())
    await place.submit(claim("C1"), claim("C2"))
    await place.decide()
    assert await outcomes(place) == {"C1": "approved", "C2": "DUPLICATE_STAY"}


async def test_a_pended_claim_counts_nothing_towards_the_year(place: Place) -> None:
    await place.hear(enrolled())
    await place.submit(claim("C1", line(6_000_000)))
    await place.decide()
    assert (await outcomes(place), await place.fetch("select * from state.accumulator")) == ({"C1": "pended"}, [])


async def test_a_claim_withdrawn_before_it_was_decided_is_left_alone(place: Place) -> None:
    await place.hear(enrolled())
    asked = claim()
    gone = ClaimCancelled(
        claim="C1",
        person=PERSON,
        book=BOOK,
        decision_id=None,
        counted=nothing_counted(asked),
        account=0,
        reason="entered twice",
    )
    await place.submit(asked, gone)
    await place.decide()
    assert await place.decisions() == []
