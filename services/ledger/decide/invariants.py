"""账务不变式 I-A…I-E: what every entry and every balance of a fund must satisfy, whoever made it."""

from collections import defaultdict
from collections.abc import Container, Iterable
from typing import NamedTuple
from uuid import UUID

from contracts.bank import ExceptionOpened
from contracts.closing import BookDay, BookPeriod
from contracts.money import yuan
from services.ledger.decide.chart import Chart, belongs
from services.ledger.model import Balance, Entry, PostingRefusedError
from services.ledger.records import Exceptional

Shape = tuple[str, tuple[tuple[str, str, bool], ...]]

COLLECTION = "1002"
"""收入户存款."""


class Finding(NamedTuple):
    """What does not hold: a stable code, where, and a sentence."""

    code: str
    book: str
    sentence: str


class Verdicts:
    """Entries held against balance, chart and purposes. Entries of one shape get one verdict, remembered."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._seen: dict[Shape, tuple[str, str] | None] = {}

    def check(self, entry: Entry) -> None:
        """Raise ``PostingRefusedError`` for an entry that must not be booked."""
        total = 0
        shape = []
        for line in entry.lines:
            total += line.amount if line.side == "D" else -line.amount
            shape.append((line.account, line.side, line.amount < 0))
        if total != 0 or len(shape) < 2:
            raise PostingRefusedError("UNBALANCED", f"debits and credits of {entry.summary} differ by {total} fen")
        key = (entry.book, tuple(shape))
        if key not in self._seen:
            self._seen[key] = self._verdict(entry)
        verdict = self._seen[key]
        if verdict is not None and not (entry.corrects is not None and verdict[0] != "UNKNOWN_ACCOUNT"):
            raise PostingRefusedError(*verdict)

    def _verdict(self, entry: Entry) -> tuple[str, str] | None:
        try:
            family = self._chart.family(entry.book)
        except KeyError:
            return "UNKNOWN_BOOK", f"the chart has no book {entry.book}"
        for line in entry.lines:
            account = self._chart.by_code.get(line.account)
            if account is None or account.heading or not account.serves(family):
                return "UNKNOWN_ACCOUNT", f"{entry.book} has no account {line.account} to post to"
            if line.amount < 0 and line.side != account.direction:
                return "WRONG_RED", f"a red line on {line.account} stands on its usual side ({account.direction})"
        return self._purpose(entry)

    def _purpose(self, entry: Entry) -> tuple[str, str] | None:
        """I-A, I-B: hold the counter accounts of every bank account against what it may receive and pay.

        One that receives and pays in the same entry must be allowed to do both: money does not pass through it unseen.
        """
        for purpose in self._chart.purposes:
            for receives in {line.signed > 0 for line in entry.lines if line.account == purpose.account}:
                allowed = purpose.receives if receives else purpose.pays
                for line in entry.lines:
                    counter = line.account != purpose.account and (line.signed < 0) == receives
                    if counter and not belongs(line.account, allowed):
                        verb = "receive from" if receives else "pay to"
                        return "WRONG_PURPOSE", f"{purpose.name} {purpose.account} may not {verb} {line.account}"
        return None


def between_funds(chart: Chart) -> frozenset[str]:
    """Give the accounts by which one fund owes another."""
    return frozenset(account.code for account in chart.accounts if account.between_funds)


def unpaired(
    between: Container[str], balances: Iterable[Balance], answered: Container[tuple[str, str]] = ()
) -> list[Finding]:
    """I-D: what the funds of an area owe each other comes to nothing: 暂付 in one book is 暂收 in another.

    ``between`` are the accounts by which funds owe each other; ``answered`` the books' accounts that may stand.
    """
    areas: defaultdict[str, list[Balance]] = defaultdict(list)
    for balance in balances:
        if balance.account in between:
            areas[balance.book.partition("-")[0]].append(balance)
    return [
        Finding("UNPAIRED", area, f"暂付 and 暂收 between its funds differ by {yuan(owed)}")
        for area, held in sorted(areas.items())
        if (owed := sum(one.signed for one in held)) and not any((one.book, one.account) in answered for one in held)
    ]


def unpaired_event(cause: UUID, book: str, left: int) -> Finding:
    """I-D of one event: what it moved between funds comes to ``left`` fen, not to nothing; ``book`` is the first."""
    return Finding("UNPAIRED", book, f"暂付 and 暂收 of {cause} differ by {yuan(left)}")


def overdrawn(chart: Chart, balances: Iterable[Balance], answered: Container[tuple[str, str]] = ()) -> list[Finding]:
    """I-E: no asset or liability stands on its wrong side; borrowing (2101) is how a fund is short of money.

    ``answered`` are the books' accounts that may stand.
    """
    findings = []
    for balance in balances:
        account = chart.listed(balance.account)
        wrong = balance.signed < 0 if account.direction == "D" else balance.signed > 0
        if account.code[0] in "12" and wrong and (balance.book, balance.account) not in answered:
            findings.append(
                Finding("OVERDRAWN", balance.book, f"{account.code} {account.name} stands {balance.signed} fen")
            )
    return findings


def standing(books: Iterable[BookDay | BookPeriod]) -> list[Balance]:
    """Give what every account holds at the end of a day or a period."""
    return [
        Balance(book.book, line.account, max(line.closing, 0), max(-line.closing, 0))
        for book in books
        for line in book.trial
    ]


def answered_for(
    exceptions: Iterable[Exceptional | ExceptionOpened], balances: Iterable[Balance]
) -> frozenset[tuple[str, str]]:
    """Give the books' accounts that may stand as they do: on the side and up to the amount that was agreed to."""
    held = {(one.book, one.account): one.signed for one in balances}
    return frozenset(
        (one.book, one.item)
        for one in exceptions
        if one.side == "balance" and min(0, one.amount) <= held.get((one.book, one.item), 0) <= max(0, one.amount)
    )


def not_swept(balances: Iterable[Balance]) -> list[Finding]:
    """I-C: the collection account (收入户) is empty when a month closes."""
    return [
        Finding("NOT_SWEPT", balance.book, f"收入户 1002 still holds {balance.signed} fen")
        for balance in balances
        if balance.account == COLLECTION and balance.signed != 0
    ]
