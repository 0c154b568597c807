"""A finding about what a provider did in a month: clawbacks take it to claims, and their people do not close it."""

from contracts.supervision import FindingClosed
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_findings import REASON, approve_in_review, close, propose, raised, status, take
from tests.unit.adjudication_service.given import BOOK, LEVEL_2, LEVEL_3, claim, line, visit

STAY = claim("C1", line(4_000_000, item="XA01"), line(2_000_000, "C", item="XA02"))
"""A third of its drugs are off the list, and people must look at it."""


async def turned_down(counter: Counter) -> str:
    """Have a finding about the provider of C1 whose only clawback, of C1, was turned down; give its number."""
    await counter.submit(STAY)
    await approve_in_review(counter)
    number = await raised(counter, "OFF_LIST_DRUG_SHARE")
    await take(counter, number, "qian.ba")
    _, clawback = await propose(counter, finding=number)
    await counter.post(f"/clawbacks/{clawback}/reject", REASON, "wu.jiu", "approver")
    return number


async def test_a_finding_about_a_provider_carries_clawbacks_of_the_claims_of_its_month(counter: Counter) -> None:
    drugs = (line(9_000, item="XA01"), line(1_100, "C", item="XA02"))
    await counter.submit(visit("V1", 0, lines=drugs), visit("V2", 10_000, provider=LEVEL_3.provider, referral=True))
    number = await raised(counter, "OFF_LIST_DRUG_SHARE")
    await take(counter, number)
    assert await propose(counter, "V2", finding=number) == (409, "OTHER_CLAIM")
    code, _ = await propose(counter, "V1", finding=number)
    assert (code, await status(counter, number)) == (201, "proposed")
    assert await differences(counter.place) == []


async def test_who_decided_a_claim_that_a_clawback_names_does_not_close_the_finding_about_its_provider(
    counter: Counter,
) -> None:
    number = await turned_down(counter)
    assert await close(counter, number, "zhang.san") == (403, "OWN_CASE")
    assert await close(counter, number, "sun.qi") == (403, "SAME_PERSON")
    assert await close(counter, number, "wu.jiu") == (201, "closed")
    assert await differences(counter.place) == []


async def test_an_auditor_finds_who_closed_a_finding_about_a_provider_after_deciding_on_it(counter: Counter) -> None:
    number = await turned_down(counter)
    said = FindingClosed(finding=number, book=BOOK, reason="nothing")
    await counter.place.say(said, stream=lambda _: LEVEL_2.provider, actor="sun.qi")
    [difference] = await differences(counter.place)
    assert f"sun.qi, who closed {number}, had a part in it" in difference
