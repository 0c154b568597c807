"""Drawn claims are listed, looked at once by somebody else, and paid meanwhile (抽查)."""

from services.adjudication.decide.facts import Facts
from services.adjudication.decide.sampling import Lot, publication
from services.adjudication.jobs import as_published, publish_seed
from services.adjudication.model import PACKS_STREAM, SAMPLING
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.unit.adjudication_service.given import visit

SEED = "11"
"""With this seed V4 is drawn of V0 … V9."""


async def draw(counter: Counter) -> list[dict[str, object]]:
    """Hand in ten visits under a known seed; give those that were drawn."""
    body = as_published(SAMPLING, publication("2017-03", SEED))
    await counter.place.say(body, stream=lambda _: PACKS_STREAM)
    await counter.submit(*(visit(f"V{n}", 5_000) for n in range(10)))
    drawn: list[dict[str, object]] = (await counter.get("/reviews/sampled")).json()["reviews"]
    return drawn


async def test_the_seed_of_a_month_is_published_once(counter: Counter) -> None:
    for _ in range(2):
        await publish_seed(counter.place.log)
    assert await counter.place.fetch("select count(*) from state.pack where pack = 'sampling'") == [(1,)]


async def test_a_seed_is_not_shown_to_those_who_number_claims(counter: Counter) -> None:
    await publish_seed(counter.place.log)
    [(seed,)] = await counter.place.fetch("select pack_id from state.pack where pack = 'sampling'")
    assert (await counter.get(f"/packs/{seed}")).status_code == 404


async def test_the_drawn_claim_is_approved_and_listed(counter: Counter) -> None:
    drawn = await draw(counter)
    assert ([row["claim"] for row in drawn], (await counter.claim("V4"))["status"]) == (["V4"], "approved")


async def test_a_decision_carries_the_seed_and_what_was_drawn(counter: Counter) -> None:
    await draw(counter)
    [decided] = [body for body in await counter.place.decisions() if body.claim == "V4"]
    [(seed,)] = await counter.place.fetch("select pack_id from state.pack where pack = 'sampling'")
    facts = Facts.from_json(decided.facts)
    assert (facts.lot, facts.draw, decided.findings) == (seed, Lot("", SEED).draw("V4"), ("SAMPLED",))


async def test_a_sample_that_was_looked_at_is_off_the_list_and_stays_approved(counter: Counter) -> None:
    [row] = await draw(counter)
    named = {name: row[name] for name in ("decision_id", "decision_hash")}
    order = {"stage": "sample", "decision": "reject", "reason": "billed twice", **named}
    answer = await counter.post("/reviews/V4", order, "wang.wu", "reviewer_2")
    await counter.place.decide()
    left = (await counter.get("/reviews/sampled")).json()["reviews"]
    assert (answer.json()["final"], left, (await counter.claim("V4"))["status"]) == (False, [], "approved")


async def test_an_auditor_repeats_the_draw(counter: Counter) -> None:
    await draw(counter)
    assert await differences(counter.place) == []
