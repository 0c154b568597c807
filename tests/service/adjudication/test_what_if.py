"""What if (待遇假设): a decided claim with another tag, at another level, under another version; nothing is written."""

from typing import Any

import pytest

from contracts.claims import PackPublished
from services.adjudication.decide.pack import Pack, build_pack
from services.adjudication.offline.variant import document, figures_of
from services.adjudication.packs import shipped
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_late_facts import POOR
from tests.unit.adjudication_service.given import PACK, claim, line


async def supposed(counter: Counter, query: str) -> dict[str, Any]:
    """A stay of 40,000 yuan, supposing something else."""
    await counter.submit(claim("C1", line(4_000_000)))
    answer = await counter.get(f"/claims/C1/what-if?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["supposed"]["amounts"]
    return found


def dearer() -> Pack:
    """The resident pack with a deductible of 1,500 yuan at level 2."""
    content = document(PACK)
    figures_of(content, "deductible.level_2")[-1]["value"] = 150_000
    return build_pack(content)


async def test_as_it_is_the_same_is_decided(counter: Counter) -> None:
    await counter.submit(claim())
    found = (await counter.get("/claims/C1/what-if")).json()
    assert found["supposed"]["amounts"] == found["decided"]


async def test_with_another_tag_the_poor_have_their_layers(counter: Counter) -> None:
    amounts = await supposed(counter, "tags=poor")
    assert (amounts["critical"] > 0, amounts["assistance"] > 0) == (True, True)


async def test_with_most_of_the_cap_used_the_basic_fund_pays_what_is_left_of_it(counter: Counter) -> None:
    amounts = await supposed(counter, "used=15900000")
    assert amounts["basic"] == 100_000


@pytest.mark.parametrize("used", ["-1", "1.5", "100000000000000"])
async def test_what_is_supposed_to_be_used_is_an_amount(counter: Counter, used: str) -> None:
    answer = await counter.get(f"/claims/C1/what-if?used={used}")
    assert (answer.status_code, answer.json()["field"]) == (422, "used")


async def test_at_another_level_its_deductible_is_due(counter: Counter) -> None:
    assert (await supposed(counter, "level=level_3"))["deductible"] == 80_000


async def test_less_for_a_claim_that_was_decided_again_is_supposed_without_people(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(POOR)
    found = (await counter.get("/claims/C1/what-if?level=level_3")).json()
    assert (found["supposed"]["outcome"], found["supposed"]["findings"]) == ("approved", [])


async def test_under_another_published_version_its_figures_hold(counter: Counter) -> None:
    pack = dearer()
    body = PackPublished(pack=pack.name, pack_id=pack.id, content=pack.content.decode())
    await counter.place.say(body, stream=lambda _: "packs")
    assert (await supposed(counter, f"pack_id={PACK.id}"))["deductible"] == 50_000


async def test_an_estimate_can_suppose_a_version_too(counter: Counter) -> None:
    form = claim().model_dump(mode="json", by_alias=True)
    unknown = await counter.post(f"/estimates?pack_id={'0' * 64}", form)
    known = await counter.post(f"/estimates?pack_id={PACK.id}", form)
    assert (unknown.json()["code"], known.json()["amounts"]["basic"]) == ("UNKNOWN_PACK", 1_112_500)


async def test_the_version_of_another_scheme_is_none(counter: Counter) -> None:
    await counter.submit(claim())
    answer = await counter.get(f"/claims/C1/what-if?pack_id={shipped()['510800-employee'].id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "UNKNOWN_PACK")
