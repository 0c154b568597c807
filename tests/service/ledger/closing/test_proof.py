"""What can be taken away and checked elsewhere: receipts, and the books in two other engines' words."""

import asyncio
import sys
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import orjson
from beancount import loader
from beancount.core import realization
from typer.testing import CliRunner

from contracts.closing import DayClosed
from services.cli.verify import app as verify
from services.ledger.archive import Journal, account_name, beancount
from services.ledger.chart import load_chart
from services.ledger.decide.merkle import root_of
from services.ledger.decide.numbering import entry_bytes, voucher_order
from services.ledger.decide.receipt import LARGEST_RECEIPT
from services.ledger.model import Entry, Line
from services.ledger.store import daybook, entries
from tests.service.ledger.closing.given import (
    BOOK,
    DAY1,
    DAY2,
    DAY3,
    FI,
    OUT,
    contribution,
    payment,
)


async def a_sealed_payment(office):
    """A subsidy, an appropriation and one batch, sealed on the first day; another batch on the second."""
    await office.open_accounts(FI, OUT)
    subsidy = contribution(3, payer="subsidy", channel="fiscal", amount=900_000, bank_key="CZ-0301")
    await office.receive("enrollment", DAY1, subsidy)
    await office.voucher("PZ-1", [("1004", "D", 500_000, "DB-0301"), ("1003", "C", 500_000, "DB-0301")])
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000), ("C2", 45_000)))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(FI, DAY1, 0, ("S2", 900_000, "CZ-0301"), ("S3", -500_000, "DB-0301"))
    await office.statement(OUT, DAY1, 0, ("S4", 500_000, "DB-0301"), ("V-B1", -75_000, "B1"))
    first = await office.close(DAY1)
    await office.receive("payment", DAY2, payment("B2", ("C3", 12_345), day=DAY2))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(FI, DAY2, 400_000)
    await office.statement(OUT, DAY2, 425_000, ("V-B2", -12_345, "B2"))
    await office.close(DAY2)
    return first


async def files(office, place: Path, receipt: bytes) -> list[str]:
    (place / "receipt.json").write_bytes(receipt)
    (place / "key.pem").write_bytes((await office.get("/keys")).content)
    return [str(place / "receipt.json"), "--key", str(place / "key.pem")]


async def test_a_receipt_proves_a_payment_without_any_service(office, tmp_path):
    await a_sealed_payment(office)
    receipt = (await office.get("/receipts/C1")).content
    told = CliRunner().invoke(verify, await files(office, tmp_path, receipt))
    assert (told.exit_code, "claim C1 stands in the sealed day 2017-03-01" in told.output) == (0, True)


async def test_a_receipt_is_small(office):
    await a_sealed_payment(office)
    assert len((await office.get("/receipts/C1")).content) <= LARGEST_RECEIPT


async def test_a_receipt_with_another_amount_proves_nothing(office, tmp_path):
    await a_sealed_payment(office)
    receipt = (await office.get("/receipts/C1")).content.replace(b"30000", b"30001")
    told = CliRunner().invoke(verify, await files(office, tmp_path, receipt))
    assert (told.exit_code, "does not stand under the root" in told.output) == (1, True)


async def test_a_payment_of_a_day_that_is_not_sealed_has_no_receipt_yet(office):
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000)))
    answer = await office.get("/receipts/C1")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_SEALED_YET")


async def test_the_published_entries_lead_to_the_root_of_the_seal(office):
    sealed = await a_sealed_payment(office)
    entries = (await office.get(f"/days/{DAY1}/entries")).content.splitlines()
    assert root_of(entries).hex() == sealed["root"]


async def journal_of(office, *days) -> Journal:
    found = []
    for day in days:
        closed = DayClosed.model_validate_json((await office.get(f"/days/{day}")).content)
        lines = (await office.get(f"/days/{day}/entries")).content.splitlines()
        found.append((closed, [orjson.loads(line) for line in lines]))
    return Journal(found)


async def test_beancount_finds_every_balance_of_the_seals(office, tmp_path):
    await a_sealed_payment(office)
    path = tmp_path / "march.beancount"
    path.write_text("".join(beancount(await journal_of(office, DAY1, DAY2))))
    checker = Path(sys.executable).parent / "bean-check"
    checked = await asyncio.create_subprocess_exec(checker, path, stderr=asyncio.subprocess.PIPE)
    said = (await checked.communicate())[1]
    assert (checked.returncode, said) == (0, b"")


async def test_beancount_adds_up_to_the_trial_balance_by_itself(office):
    await a_sealed_payment(office)
    journal = await journal_of(office, DAY1, DAY2)
    entries, errors, _ = loader.load_string("".join(beancount(journal)))
    root = realization.realize(entries)
    ours = {
        account_name(book.book, line.account): line.closing
        for book in journal.days[-1][0].books
        for line in book.trial
        if line.closing
    }
    theirs = {
        one.account: int(held.units.number * 100) for one in realization.iter_children(root) for held in one.balance
    }
    assert (errors, theirs) == ([], ours)


async def test_a_journal_of_a_later_day_opens_with_what_the_day_before_closed(office):
    await a_sealed_payment(office)
    journal = await journal_of(office, DAY2)
    assert loader.load_string("".join(beancount(journal)))[1] == []


async def test_books_are_told_apart_in_the_journal(office):
    assert account_name(BOOK, "1004") != account_name(f"{BOOK}-memo", "1004")


async def test_the_database_writes_an_entry_down_as_everybody_else_does(office):
    awkward = ['a"b\\c', "换行\n制表\t", "\x01\x1f\x7f", "壹佰元整 😀", "</script>"]
    async with office.log.pool.acquire() as conn, conn.transaction():
        made = [entry_saying(n, text) for n, text in enumerate(awkward)]
        await entries.write(conn, made, load_chart().family)
        texts = await daybook.entry_texts(conn, DAY1)
    assert texts == [entry_bytes(one) for one in sorted(made, key=voucher_order)]


def entry_saying(n: int, text: str) -> Entry:
    key = uuid5(NAMESPACE_URL, f"entry {n}")
    lines = (
        Line("1003", "D", 100, bank_account=FI, bank_key=f"K{n}", person="P1", provider="H34070600001", batch="B"),
        Line("4201", "C", 100, claim="C1"),
    )
    return Entry(key, BOOK, DAY1, DAY1, "T25", key, "ledger", "VoucherApproved", n, text, None, lines)
