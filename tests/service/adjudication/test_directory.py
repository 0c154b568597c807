"""Providers and rule packs can be looked up (定点机构, 规则包)."""

from tests.service.adjudication.conftest import Counter
from tests.unit.adjudication_service.given import LEVEL_2, LEVEL_3


async def test_every_agreement_is_listed(counter: Counter) -> None:
    found = (await counter.get("/providers")).json()["providers"]
    assert {row["provider"] for row in found} == {LEVEL_2.provider, LEVEL_3.provider}


async def test_a_published_pack_is_given_as_it_was_published(counter: Counter) -> None:
    first = (await counter.get("/packs")).json()["packs"][0]
    assert len((await counter.get(f"/packs/{first['pack_id']}")).text) == first["characters"]
