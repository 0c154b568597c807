"""At the gate every entry of the day is looked at again, whatever the database let in."""

from uuid import NAMESPACE_URL, uuid5

import asyncpg
import pytest

from services.ledger.chart import load_chart
from services.ledger.model import Entry, Line
from services.ledger.store import entries
from tests.service.ledger.closing.given import BOOK, DAY1, DAY2

AIDED = "340706-610"
CAUSE = uuid5(NAMESPACE_URL, "one event")
SHORT = (Line("1101-医疗救助", "D", 5_000), Line("4201", "C", 5_000))
LONG = (*(Line("4201", "C", amount) for amount in (1_000, 2_000, 500, 1_500)), Line("1101-医疗救助", "D", 5_000))
"""The account by which the funds owe each other is named by the fifth line."""


def entry(book: str, *lines: Line) -> Entry:
    key = uuid5(CAUSE, f"{book} {len(lines)}")
    return Entry(key, book, DAY1, DAY1, "T20", CAUSE, "ledger", "VoucherApproved", 0, "代付救助", None, lines)


async def write(office, *made: Entry) -> None:
    async with office.log.pool.acquire() as conn, conn.transaction():
        await entries.write(conn, made, load_chart().family)
    await office.end(DAY1, DAY2)


async def missing(office) -> list[tuple[str, str]]:
    return [(one["code"], one["message"]) for one in (await office.prepare(DAY1))["missing"]]


@pytest.mark.parametrize("lines", [SHORT, LONG], ids=["short", "long"])
async def test_an_event_that_leaves_the_funds_unequal_keeps_the_day_open(office, lines):
    """I-D: 暂付 in one book is 暂收 in the other, to the fen."""
    twin = entry(AIDED, Line("4201", "D", 4_000), Line("2001-暂收(居民医保)", "C", 4_000))
    await write(office, entry(BOOK, *lines), twin)
    assert ("UNPAIRED", f"{BOOK}: 暂付 and 暂收 of {CAUSE} differ by 10.00") in await missing(office)


async def test_an_entry_that_got_in_unbalanced_keeps_the_day_open(office):
    owner = await asyncpg.connect(office.database.migration_url)
    await owner.execute("alter table state.entry disable trigger user")
    await write(office, entry(BOOK, Line("1101-其他", "D", 5_000), Line("4201", "C", 4_999)))
    await owner.close()
    assert [code for code, _ in await missing(office)].count("UNBALANCED") == 1
