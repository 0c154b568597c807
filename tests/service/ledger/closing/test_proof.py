"""What can be taken away and checked elsewhere: receipts, and the books in two other engines' words."""

import asyncio
import sys
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import orjson
from beancount import loader
from beancount.core import realization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from contracts.closing import DayClosed
from contracts.payments import PaymentReturned
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

DAY4 = date(2017, 3, 4)


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


async def paid_again_and_recovered(office):
    """C1 came back and is paid again; C2 is recovered by a red voucher (追回); C3 stays as it was paid."""
    await a_sealed_payment(office)
    line = payment("B1", ("C1", 30_000)).lines[0]
    back = PaymentReturned(
        batch="B1", book=BOOK, account=OUT, bank_voucher="TP-1", value_date=DAY3, reason="account_closed", line=line
    )
    again = payment("B3", ("C1", 30_000), day=DAY3)
    lines = tuple(one.model_copy(update={"repays": line.line}) for one in again.lines)
    await office.receive("payment", DAY3, back, again.model_copy(update={"lines": lines}))
    red = [("1003", "D", 45_000, "ZH-1"), ("5001-住院", "D", -45_000, None)]
    await office.voucher("PZ-2", red, DAY3, claim="C2")
    await office.end(DAY3, DAY4)
    await office.markers(DAY3, DAY4)
    await office.statement(FI, DAY3, 400_000, ("S5", 45_000, "ZH-1"))
    await office.statement(OUT, DAY3, 412_655, ("TP-1", 30_000, "TP-1"), ("V-B3", -30_000, "B3"))
    await office.close(DAY3)


async def test_the_receipt_of_a_claim_is_of_its_latest_payment_whatever_became_of_it(office, tmp_path):
    await paid_again_and_recovered(office)
    told = {}
    for claim in ("C1", "C2", "C3"):
        receipt = (await office.get(f"/receipts/{claim}")).content
        run = CliRunner().invoke(verify, await files(office, tmp_path, receipt))
        told[claim] = (run.exit_code, len(receipt) <= LARGEST_RECEIPT, *run.output.split()[8:12:3])
    assert told == {
        "C1": (0, True, str(DAY3), "T10"),
        "C2": (0, True, str(DAY1), "T08"),
        "C3": (0, True, str(DAY2), "T08"),
    }


ALONE = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("asyncpg", "httpx", "fastapi", "faststream", "aiokafka", "confluent_kafka"):
            raise ImportError(f"{name} is not for this machine")

sys.meta_path.insert(0, Nothing())
from services.cli.app import app
app()
"""


async def test_a_receipt_is_verified_where_there_is_no_driver_of_a_database_or_network(office, tmp_path):
    await a_sealed_payment(office)
    given = await files(office, tmp_path, (await office.get("/receipts/C1")).content)
    alone = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, "verify", *given, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, refused = await alone.communicate()
    assert (alone.returncode, b"claim C1 stands in the sealed day" in said, refused) == (0, True, b"")


async def test_a_receipt_is_good_under_the_key_of_its_day_and_under_no_other(office, tmp_path):
    await a_sealed_payment(office)
    receipt, _, key = await files(office, tmp_path, (await office.get("/receipts/C1")).content)
    other = tmp_path / "newer.pem"
    form = PublicFormat.SubjectPublicKeyInfo
    other.write_bytes(Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, form))
    ways = [(key,), (str(other),), (str(other), key), (receipt,), (str(tmp_path),)]
    told = [CliRunner().invoke(verify, [receipt, *(f"--key={one}" for one in way)]) for way in ways]
    assert [one.exit_code for one in told] == [0, 1, 0, 1, 2]
    assert "is not signed by a key that is trusted here" in told[1].output
    assert "the file holds no public key" in told[3].output


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
