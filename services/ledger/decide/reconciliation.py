"""银行存款余额调节表: why the bank's balance and ours differ at the end of a day, to the fen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from contracts.bank import Side
from services.ledger.records import Item


class Timing(NamedTuple):
    """未达账项: one side has it, the other has not yet.

    ``explained`` says on which later day the other side has the same money under the same key;
    ``exception`` is the open exception that answers for it meanwhile.
    """

    side: Side
    item: Item
    explained: date | None
    exception: str | None


class Reconciliation(NamedTuple):
    """One bank account at the end of one day, in fen; ``difference`` is what nothing explains."""

    bank_account: str
    day: date
    bank_balance: int
    book_balance: int
    timing: tuple[Timing, ...]

    @property
    def bank_only(self) -> int:
        """Net of what the bank has and our book has not (银行已记我方未记)."""
        return sum(one.item.amount for one in self.timing if one.side == "bank")

    @property
    def book_only(self) -> int:
        """Net of what our book has and the bank has not (我方已记银行未记)."""
        return sum(one.item.amount for one in self.timing if one.side == "book")

    @property
    def difference(self) -> int:
        """Adjusted bank balance less adjusted book balance; zero when the two agree."""
        return (self.bank_balance + self.book_only) - (self.book_balance + self.bank_only)

    @property
    def unanswered(self) -> tuple[Timing, ...]:
        """What is neither explained by a later day nor carried by an exception."""
        return tuple(one for one in self.timing if one.explained is None and one.exception is None)


class Later(NamedTuple):
    """What lies after the day on either side, to explain what is open at its end."""

    bank: Sequence[Item]
    book: Sequence[Item]


def reconcile(
    bank_account: str,
    day: date,
    balances: tuple[int, int],
    bank: Sequence[Item],
    book: Sequence[Item],
    later: Later,
    exceptions: Mapping[str, str],
) -> Reconciliation:
    """Draw up the table from the two balances (bank, book) and the open items of both sides.

    ``exceptions`` gives the number of the open exception by ``<side>:<item ref>``.
    """
    sides: tuple[tuple[Side, Sequence[Item], Sequence[Item]], ...] = (
        ("bank", bank, later.book),
        ("book", book, later.bank),
    )
    timing = []
    for side, items, others in sides:
        explained = _explained(items, others)
        timing += [Timing(side, item, explained.get(item.ref), exceptions.get(f"{side}:{item.ref}")) for item in items]
    return Reconciliation(bank_account, day, *balances, tuple(timing))


def _explained(items: Sequence[Item], others: Sequence[Item]) -> dict[str, date]:
    """Find for each item the first later one of the other side under the same key; one explains one, not several.

    In the same order whatever order they come in, so that an audit that knows of more later ones explains no less.
    """
    left: defaultdict[tuple[int, str], list[Item]] = defaultdict(list)
    for other in sorted(others, key=_in_time):
        for key in other.keys:
            left[other.amount, key].append(other)
    explained: dict[str, date] = {}
    taken: set[str] = set()
    for item in sorted(items, key=_in_time):
        found = [other for key in item.keys for other in left[item.amount, key] if other.ref not in taken]
        if found:
            first = min(found, key=_in_time)
            explained[item.ref] = first.day
            taken.add(first.ref)
    return explained


def _in_time(item: Item) -> tuple[date, str]:
    return item.day, item.ref
