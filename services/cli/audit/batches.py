"""Check every payment batch again: it adds up, two people made it, and no claim is paid more than was approved.

Nor is anything paid again that the ledger booked as never to be paid again (退票不再支付).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.envelope import Body
from contracts.ids import entry_id, uuid_of
from contracts.ledger import LAPSED, VoucherApproved
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine, PaymentReturned
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence, Place


class Moved(NamedTuple):
    """What came to be held for a claim on a business day, or went, fen."""

    claim: str
    day: date
    amount: int


@dataclass
class Payments:
    """What became of every payment line of one shard; a batch never leaves its shard."""

    ordered: dict[str, PaymentLine] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    held: list[Moved] = field(default_factory=list)
    """What the bank sent back, and what made it good."""

    def take_in(self, row: Row, body: Body, found: Differences) -> None:
        """Check a batch, a confirmation or a return."""
        match body:
            case PaymentBatched():
                self._batch(row.place, body, found)
            case PaymentConfirmed():
                self._confirm(row, body, found)
            case PaymentReturned():
                self._back(row, body, found)

    def paid(self) -> Mapping[str, tuple[str, int]]:
        """Give for what and how much, fen, of every line that the bank has paid and not sent back, by its number.

        What is paid for is a decision; of a line that does not name one it is the claim.
        """
        return {
            number: (str(self.ordered[number].decision or self.ordered[number].claim), self.ordered[number].amount)
            for number in sorted(self.confirmed - self.returned)
            if number in self.ordered
        }

    def _batch(self, place: Place, batch: PaymentBatched, found: Differences) -> None:
        found.expect(place, "total of the batch", sum(line.amount for line in batch.lines), batch.total)
        found.expect(place, "maker and checker are two people", True, batch.maker != batch.checker)
        for line in batch.lines:
            if line.split.total() != line.amount or line.line in self.ordered:
                found.expect(place, f"layers of line {line.line}", line.split.total(), line.amount)
                found.expect(place, f"line {line.line} is ordered once", False, line.line in self.ordered)
            self.ordered[line.line] = line

    def _confirm(self, row: Row, paid: PaymentConfirmed, found: Differences) -> None:
        place = row.place
        found.expect(place, "total of the batch", sum(line.amount for line in paid.lines), paid.total)
        for line in paid.lines:
            ordered = self.ordered.get(line.line)
            if ordered != line or line.line in self.confirmed:
                found.expect(place, f"line {line.line} as ordered", ordered, line)
                found.expect(place, f"line {line.line} is paid once", False, line.line in self.confirmed)
            self.confirmed.add(line.line)
            if line.repays is not None:
                self.held.append(Moved(line.claim, row.business_date, -line.amount))

    def _back(self, row: Row, back: PaymentReturned, found: Differences) -> None:
        place, number = row.place, back.line.line
        found.expect(place, f"line {number} as ordered", self.ordered.get(number), back.line)
        found.expect(place, f"line {number} was paid", True, number in self.confirmed)
        found.expect(place, f"line {number} comes back once", False, number in self.returned)
        self.returned.add(number)
        self.held.append(Moved(back.line.claim, row.business_date, back.line.amount))


@dataclass
class Lapses:
    """What vouchers of the ledger say is never paid again, by the entry that they make, and what is in red."""

    booked: dict[UUID, Moved] = field(default_factory=dict)
    red: set[UUID] = field(default_factory=set)

    def take_in(self, row: Row, body: Body) -> None:
        """Take in a row of the ledger."""
        if not isinstance(body, VoucherApproved):
            return
        voucher, (first, *_) = body.voucher, body.voucher.lines
        if voucher.corrects is not None:
            self.red.add(voucher.corrects)
        elif voucher.template in LAPSED and first.claim is not None:
            entry = entry_id(uuid_of(row.id), voucher.template, voucher.book, 0)
            self.booked[entry] = Moved(first.claim, row.business_date, first.amount)

    def until(self, day: date) -> Counter[str]:
        """Give what was never to be paid again at the end of a day, by claim, fen.

        A red voucher counts whatever its day: the ledger opens the next one before payment does.
        """
        lapsed: Counter[str] = Counter()
        for entry, one in self.booked.items():
            if one.day <= day and entry not in self.red:
                lapsed[one.claim] += one.amount
        return lapsed


def no_more_than_held(held: Iterable[Moved], lapses: Iterable[Lapses], day: date, found: Differences) -> None:
    """Check at the end of a day that what is never paid again came back from the bank, and no line paid it again."""
    back: Counter[str] = Counter()
    for one in held:
        if one.day <= day:
            back[one.claim] += one.amount
    lapsed = sum((one.until(day) for one in lapses), Counter[str]())
    for claim, amount in sorted(lapsed.items()):
        if amount > back[claim]:
            what = "never to be paid again (T11), and sent back by the bank and not paid again"
            found.add(Divergence(f"claim {claim}", what, f"at most {back[claim]}", str(amount)))


def no_more_than_approved(
    approved: Mapping[str, int], paid: Iterable[Mapping[str, tuple[str, int]]], found: Differences
) -> None:
    """Check over all shards that no line was paid twice, and for no decision or claim more than it approved.

    What is clawed back later may have been paid before, so a clawback does not lower what could be paid.
    """
    seen: set[str] = set()
    sums: defaultdict[str, int] = defaultdict(int)
    for lines in paid:
        for number, (cause, amount) in lines.items():
            found.expect(f"payment line {number}", "is paid once", False, number in seen)
            seen.add(number)
            sums[cause] += amount
    for cause, amount in sorted(sums.items()):
        if amount > approved.get(cause, 0):
            at_most = f"at most {approved.get(cause, 0)}"
            found.add(Divergence(f"decision or claim {cause}", "paid in all", at_most, str(amount)))
