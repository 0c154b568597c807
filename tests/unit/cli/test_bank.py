"""The bank of the demo is a program of its own: it pays a sealed file whole and once, and gives back what it cannot."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.bank.luhn import with_check_digit

DAY = "2017-03-01"
FUND = "340706-390-OUT"
HELD = 100_000
GOOD = with_check_digit("622841234567890123")
WRONG = GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10)


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """The mailbox of a bank that keeps 1,000 yuan for the fund."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "accounts.csv").write_text(f"account\n{FUND}\n")
    (inbox / "deposits.csv").write_text(f"from,to,amount,key,text\n,{FUND},{HELD},D1,拨款\n")
    return tmp_path


def order(mailbox: Path, total: int) -> bytes:
    """Lay a file of 600 and 50 yuan into the mailbox, the second for an account that is written wrong."""
    rows = [f"1|张三|{GOOD}|1033|60000|医保报销|L1", f"2|李四|{WRONG}|1033|5000|医保报销|L2"]
    file = "\n".join([f"B1|{DAY}|2|{total}|{FUND}", *rows, ""]).encode()
    (mailbox / "in" / "B1.pay").write_bytes(file)
    return file


def bank(mailbox: Path) -> subprocess.CompletedProcess[str]:
    """Let the bank do its day."""
    program = [sys.executable, "-m", "services.cli.bank", str(mailbox), DAY]
    return subprocess.run(program, capture_output=True, text=True, check=False)


def held(mailbox: Path) -> int:
    """What the fund has at the bank, fen."""
    return int(json.loads((mailbox / "bank.json").read_text("utf8"))["balances"][FUND])


def test_a_sealed_file_is_paid_and_a_line_for_a_wrong_account_comes_back(mailbox: Path) -> None:
    file = order(mailbox, 65_000)
    bank(mailbox)
    head, *rows = (mailbox / "out" / DAY / "B1.ret").read_text("utf8").splitlines()

    assert head.split("|")[1] == hashlib.sha256(file).hexdigest()
    assert [row.split("|")[1:4] for row in rows] == [["L1", "60000", "paid"], ["L2", "5000", "account_not_found"]]
    assert held(mailbox) == HELD - 60_000


def test_a_day_that_is_run_again_pays_nothing_twice(mailbox: Path) -> None:
    order(mailbox, 65_000)
    bank(mailbox)
    bank(mailbox)

    assert held(mailbox) == HELD - 60_000


def test_a_file_that_does_not_add_up_is_not_paid_at_all(mailbox: Path) -> None:
    order(mailbox, 65_001)
    done = bank(mailbox)

    assert "count or total do not fit its rows" in done.stderr.splitlines()[-1]
    assert not (mailbox / "out" / DAY / "B1.ret").exists()


def test_a_bank_does_not_lend(mailbox: Path) -> None:
    (mailbox / "in" / "deposits.csv").unlink()
    order(mailbox, 65_000)

    assert f"account {FUND} holds too little" in bank(mailbox).stderr.splitlines()[-1]
