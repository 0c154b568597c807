"""归档: sealed days as plain-text journals (Beancount, hledger), so that another engine can add them up again.

An audit writes the journals of an archive again and compares: what is written once is written so for ever.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from contracts.closing import DayClosed
from services.ledger.decide.importing import CURRENCY

Entry = Mapping[str, Any]
"""An entry as its canonical JSON says it."""

ROOTS = {"1": "Assets", "2": "Liabilities", "3": "Equity", "4": "Income", "5": "Expenses"}
MEMO_ROOT = "Equity"
"""The memo book stands outside the five elements; here it is kept apart by its own book name."""


class Journal(NamedTuple):
    """Sealed days in order, each with its entries in voucher order."""

    days: Sequence[tuple[DayClosed, Iterable[Entry]]]

    def accounts(self) -> dict[tuple[str, str], str]:
        """Name every account of every book as both engines can read it."""
        known = {(book.book, line.account) for closed, _ in self.days for book in closed.books for line in book.trial}
        return {key: account_name(*key) for key in sorted(known)}


def account_name(book: str, account: str) -> str:
    """Name an account of a book.

    >>> account_name("340706-610", "2001-暂收(居民医保)")
    'Liabilities:340706-610:2001-暂收-居民医保'
    """
    root = ROOTS.get(account[0], MEMO_ROOT)
    return f"{root}:{book}:{re.sub(r'[^0-9A-Za-z一-鿿]+', '-', account).strip('-')}"


def beancount(journal: Journal) -> Iterator[str]:
    """Write the days for Beancount, with an assertion for every account after every day, exact to the fen."""
    names = journal.accounts()
    first = journal.days[0][0].day
    yield f'option "operating_currency" "{CURRENCY}"\n'
    for name in names.values():
        yield f"{first - timedelta(days=1)} open {name} {CURRENCY}\n"
    yield from _opening(journal, names, '{day} * "opening" ""\n', "  {name}  {amount} {currency}\n")
    for closed, entries in journal.days:
        for entry in entries:
            yield f'\n{entry["business_date"]} * "{entry["template"]}" "{_quoted(entry["summary"])}"\n'
            yield f'  entry: "{entry["id"]}"\n'
            for line in entry["lines"]:
                yield f"  {names[entry['book'], line['account']]}  {_yuan(_signed(line))} {CURRENCY}\n"
        yield "\n"
        for name, amount in _closing(closed, names):
            yield f"{closed.day + timedelta(days=1)} balance {name}  {_yuan(amount)} ~ 0 {CURRENCY}\n"


def hledger(journal: Journal) -> Iterator[str]:
    """Write the days for hledger, with an assertion for every account after every day; ``check --strict`` takes it."""
    names = journal.accounts()
    yield f"commodity {CURRENCY} 1000.00\n"
    yield from (f"account {name}\n" for name in names.values())
    yield from _opening(journal, names, "{day} * opening\n", "    {name}  {currency} {amount}\n")
    for closed, entries in journal.days:
        for entry in entries:
            about = f"({entry['template']}) {_plain(entry['summary'])}  ; entry:{entry['id']}"
            yield f"\n{entry['business_date']} * {about}\n"
            for line in entry["lines"]:
                yield f"    {names[entry['book'], line['account']]}  {CURRENCY} {_yuan(_signed(line))}\n"
        yield f"\n{closed.day} * sealed {closed.root}\n"
        for name, amount in _closing(closed, names):
            yield f"    ({name})  {CURRENCY} 0 = {CURRENCY} {_yuan(amount)}\n"


def _opening(journal: Journal, names: Mapping[tuple[str, str], str], head: str, line: str) -> Iterator[str]:
    closed = journal.days[0][0]
    held = [(book.book, one.account, one.opening) for book in closed.books for one in book.trial if one.opening]
    if held:
        yield "\n" + head.format(day=closed.day - timedelta(days=1))
    for book, account, amount in held:
        yield line.format(name=names[book, account], amount=_yuan(amount), currency=CURRENCY)


def _closing(closed: DayClosed, names: Mapping[tuple[str, str], str]) -> Iterable[tuple[str, int]]:
    return ((names[book.book, line.account], line.closing) for book in closed.books for line in book.trial)


def _signed(line: Mapping[str, Any]) -> int:
    amount: int = line["amount"]
    return amount if line["side"] == "D" else -amount


def _yuan(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


def _plain(text: str) -> str:
    return " ".join(text.replace(";", ",").split())
