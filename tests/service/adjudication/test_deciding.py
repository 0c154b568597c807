"""Claims are decided from what the logs say, once, in order, and the same whatever the batches are."""

from datetime import date

from contracts.enrollment import DiseaseCertified, StatusChanged, TagChanged
from tests.service.adjudication.conftest import Place
from tests.unit.adjudication_service.given import BOOK, PERSON, claim, enrolled, visit


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
