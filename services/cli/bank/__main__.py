"""The bank's day: take deposits, move money between accounts, pay sealed files, send statements.

``python -m services.cli.bank MAILBOX 2017-03-01`` reads what lies in ``MAILBOX/in`` and writes to
``MAILBOX/out/2017-03-01``. It knows the agency only by these files. A day may be run again: what was done stays done.
"""

import argparse
import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from services.cli.bank import payments
from services.cli.bank.statements import camt053, mt940, table
from services.cli.bank.vault import Vault

FORMATS = {"IN": (mt940, "sta"), "FI": (table, "csv"), "OUT": (camt053, "xml")}
"""How each account's statement is written, by the last part of the account's name."""


def main() -> None:
    """Run the bank for one business day."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mailbox", type=Path)
    parser.add_argument("day", type=date.fromisoformat)
    arguments = parser.parse_args()
    mailbox: Path = arguments.mailbox
    day: date = arguments.day
    vault = Vault.open(mailbox / "bank.json")
    for row in _rows(mailbox / "in" / "accounts.csv"):
        vault.balances.setdefault(row["account"], 0)
    vault.begin(day)
    out = mailbox / "out" / day.isoformat()
    out.mkdir(parents=True, exist_ok=True)
    _orders(vault, mailbox / "in" / "deposits.csv")
    _orders(vault, mailbox / "in" / "transfers.csv")
    for file in sorted((mailbox / "in").glob("*.pay")):
        if file.name not in vault.done:
            (out / f"{file.stem}.ret").write_bytes(payments.pay(vault, file.read_bytes(), day))
            vault.done.append(file.name)
    _statements(vault, day, out)
    vault.save(mailbox / "bank.json")


def _orders(vault: Vault, file: Path) -> None:
    """Book deposits (no ``from``) and transfers; each row once, by its key."""
    for row in _rows(file):
        if row["key"] in vault.done:
            continue
        amount = int(row["amount"])
        if row["from"]:
            vault.move(row["from"], -amount, row["key"], row["text"])
        vault.move(row["to"], amount, row["key"], row["text"])
        vault.done.append(row["key"])


def _rows(file: Path) -> Iterable[dict[str, str]]:
    if not file.exists():
        return []
    with file.open(encoding="utf8", newline="") as lines:
        return list(csv.DictReader(lines))


def _statements(vault: Vault, day: date, out: Path) -> None:
    for account in vault.balances:
        write, suffix = FORMATS[account.rpartition("-")[2]]
        movements = [movement for movement in vault.movements if movement.account == account]
        text = write(account, day, vault.opening.get(account, 0), movements)
        (out / f"{account}.{suffix}").write_text(text, "utf8")


if __name__ == "__main__":
    main()
