"""A day is called to its end, reconciled, and sealed by two people; or it is refused with all that is missing."""

import asyncpg
import pytest

from contracts.closing import NO_SEAL, DayClosed
from services.ledger.decide.gate import SOURCES
from services.ledger.decide.seal import seal_bytes, seal_hash
from services.ledger.decide.signature import public_keys, signed
from tests.service.ledger.closing.given import (
    CHECKER,
    DAY1,
    DAY2,
    DAY3,
    FI,
    IN,
    MAKER,
    OUT,
    contribution,
    payment,
)


async def a_working_day(office):
    """Two people pay 150 each, a subsidy is appropriated, and one batch of two claims is paid."""
    await office.open_accounts(IN, FI, OUT)
    await office.receive("enrollment", DAY1, contribution(1), contribution(2))
    subsidy = contribution(3, payer="subsidy", channel="fiscal", amount=900_000, bank_key="CZ-0301")
    await office.receive("enrollment", DAY1, subsidy, shard=5)
    await office.voucher("PZ-1", [("1004", "D", 500_000, "DB-0301"), ("1003", "C", 500_000, "DB-0301")])
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000), ("C2", 45_000)), shard=2)
    await office.end(DAY1, DAY2)


async def the_bank_sends(office):
    await office.statement(IN, DAY1, 0, ("S1", 30_000, "SK-0301"))
    await office.statement(FI, DAY1, 0, ("S2", 900_000, "CZ-0301"), ("S3", -500_000, "DB-0301"))
    await office.statement(OUT, DAY1, 0, ("S4", 500_000, "DB-0301"), ("V-B1", -75_000, "B1"))


async def test_a_reconciled_day_is_sealed_by_two_people(office):
    await a_working_day(office)
    await the_bank_sends(office)
    await office.markers(DAY1, DAY2)
    sealed = await office.close(DAY1)
    assert [bank["difference"] for bank in sealed["banks"]] == [0, 0, 0]
    assert (sealed["entries"], sealed["previous"], len(sealed["cut"])) == (8, NO_SEAL, 48)


async def test_the_signature_of_a_seal_is_good_for_the_published_key(office):
    await a_working_day(office)
    await the_bank_sends(office)
    await office.markers(DAY1, DAY2)
    await office.close(DAY1)
    closed = DayClosed.model_validate_json((await office.get(f"/days/{DAY1}")).content)
    keys = public_keys([(await office.get("/keys")).content])
    assert signed(seal_bytes(closed), closed.signature, closed.kid, keys)


async def test_everything_that_is_missing_is_named_at_once(office):
    await a_working_day(office)
    await office.statement(IN, DAY1, 0, ("S1", 20_000, "SK-0301"))
    await office.markers(DAY1, DAY2, sources=("enrollment", "adjudication"))
    refused = await office.seal(DAY1, "0" * 64)
    codes = [error["code"] for error in refused.json()["errors"]]
    bank = ["STATEMENT_MISSING", "UNMATCHED", "UNMATCHED", "STATEMENT_MISSING"]
    assert codes == ["MARKER_MISSING", "CONTROL_TOTAL", *bank, "NOT_PREPARED"]


async def test_the_same_person_cannot_seal_what_they_put_forward(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    prepared = await office.prepare(DAY1)
    refused = await office.seal(DAY1, prepared["digest"], actor=MAKER)
    assert (refused.status_code, refused.json()["code"]) == (403, "SAME_PERSON")


async def test_the_database_refuses_a_seal_by_one_person(office):
    async with office.log.pool.acquire() as conn:
        with pytest.raises(asyncpg.CheckViolationError, match="seal_check"):
            await conn.execute("insert into state.seal values ('2017-03-01', 'a', 'b', 'c', 0, 'x', 'x', '{}')")


async def test_a_digest_that_was_not_put_forward_is_refused(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.prepare(DAY1)
    refused = await office.seal(DAY1, "0" * 64)
    assert refused.json()["code"] == "CHANGED"


async def test_an_empty_day_is_sealed(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    assert (await office.close(DAY1))["entries"] == 0


async def test_a_day_with_an_event_that_waits_for_a_person_is_not_sealed(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    async with office.log.pool.acquire() as conn:
        await conn.execute(
            "insert into log.parked (source, shard, seq, stream, kind, line, code, reason)"
            " values ('payment', 0, 9, 's', 'PaymentConfirmed', '', 'NO_TEMPLATE', 'why')"
        )
    missing = (await office.prepare(DAY1))["missing"]
    assert [one["code"] for one in missing] == ["PARKED"]


async def test_a_day_that_a_source_ended_with_parked_events_is_not_sealed(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2, parked=1)
    missing = (await office.prepare(DAY1))["missing"]
    assert {(one["code"], one["field"]) for one in missing} == {("PARKED", source) for source in SOURCES}


async def test_a_day_is_sealed_once_its_sources_have_nothing_parked_any_more(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2, parked=1)
    office.progress.parked_there.update(dict.fromkeys(SOURCES, 0))
    assert (await office.close(DAY1))["day"] == DAY1.isoformat()


async def test_missed_days_are_sealed_in_order(office):
    await office.end(DAY1, DAY2)
    await office.end(DAY2, DAY3)
    await office.markers(DAY1, DAY2)
    await office.markers(DAY2, DAY3)
    assert [one["code"] for one in (await office.prepare(DAY2))["missing"]] == ["EARLIER_DAY_OPEN"]


async def test_each_seal_names_the_one_before(office):
    await office.end(DAY1, DAY2)
    await office.end(DAY2, DAY3)
    await office.markers(DAY1, DAY2)
    await office.markers(DAY2, DAY3)
    first, second = await office.close(DAY1), await office.close(DAY2)
    assert (second["previous"], second["number"]) == (first["seal"], 2)


async def test_a_seal_states_where_the_ledgers_own_log_stood_right_before_it(office):
    await a_working_day(office)
    await the_bank_sends(office)
    await office.markers(DAY1, DAY2)
    prepared = await office.prepare(DAY1)
    await office.voucher("PZ-2", [("1004", "D", 1, "DB-2"), ("1003", "C", 1, "DB-2")], DAY2)
    before = [(one.shard, one.seq, one.hash.hex()) for one in await office.log.heads()]
    sealed = (await office.seal(DAY1, prepared["digest"])).json()
    assert [(one["shard"], one["seq"], one["hash"]) for one in sealed["heads"]] == before


async def test_the_hash_of_a_seal_can_be_computed_from_the_published_seal(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    sealed = await office.close(DAY1)
    assert seal_hash(DayClosed.model_validate_json((await office.get(f"/days/{DAY1}")).content)) == sealed["seal"]


async def test_a_sealed_day_takes_no_entry(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.close(DAY1)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="is sealed"):
        await office.receive("enrollment", DAY1, contribution(1))


async def test_a_day_is_sealed_once(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    sealed = await office.close(DAY1)
    again = await office.seal(DAY1, sealed["root"])
    assert again.json()["code"] == "ALREADY_SEALED"


async def test_only_the_open_day_can_be_called_to_its_end(office):
    answer = await office.post("/days/end", {"day": DAY2}, "operator", "cron")
    assert (answer.status_code, answer.json()["code"]) == (409, "DAY_NOT_OPEN")


async def test_what_the_sources_sent_and_what_was_booked_must_agree(office):
    await office.end(DAY1, DAY2)
    office.sent["enrollment", 3, DAY1].append(contribution(9))
    await office.markers(DAY1, DAY2)
    missing = (await office.prepare(DAY1))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [
        ("CONTROL_TOTAL", "enrollment/3/ContributionReceived/340706-390")
    ]


async def test_a_fund_that_pays_what_it_has_not_got_is_not_sealed(office):
    await office.open_accounts(OUT)
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000)))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(OUT, DAY1, 0, ("V-B1", -30_000, "B1"))
    assert [one["code"] for one in (await office.prepare(DAY1))["missing"]] == ["OVERDRAWN"]


async def test_both_people_are_named_in_the_seal(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    sealed = await office.close(DAY1)
    assert (sealed["maker"], sealed["checker"]) == (MAKER, CHECKER)
