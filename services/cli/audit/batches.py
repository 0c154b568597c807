"""Check every payment batch again: it adds up, two people made it, and no claim is paid more than was approved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.envelope import Body
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine, PaymentReturned
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence, Place


@dataclass
class Payments:
    """What became of every payment line of one shard; a batch never leaves its shard."""

    ordered: dict[str, PaymentLine] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)

    def take_in(self, row: Row, body: Body, found: Differences) -> None:
        """Check a batch, a confirmation or a return."""
        match body:
            case PaymentBatched():
                self._batch(row.place, body, found)
            case PaymentConfirmed():
                self._confirm(row.place, body, found)
            case PaymentReturned():
                self._back(row.place, body, found)

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

    def _confirm(self, place: Place, paid: PaymentConfirmed, found: Differences) -> None:
        found.expect(place, "total of the batch", sum(line.amount for line in paid.lines), paid.total)
        for line in paid.lines:
            ordered = self.ordered.get(line.line)
            if ordered != line or line.line in self.confirmed:
                found.expect(place, f"line {line.line} as ordered", ordered, line)
                found.expect(place, f"line {line.line} is paid once", False, line.line in self.confirmed)
            self.confirmed.add(line.line)

    def _back(self, place: Place, back: PaymentReturned, found: Differences) -> None:
        number = back.line.line
        found.expect(place, f"line {number} as ordered", self.ordered.get(number), back.line)
        found.expect(place, f"line {number} was paid", True, number in self.confirmed)
        found.expect(place, f"line {number} comes back once", False, number in self.returned)
        self.returned.add(number)


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
