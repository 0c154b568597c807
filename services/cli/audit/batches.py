"""Check every payment batch again: it adds up, two people made it, and no claim is paid more than was approved."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.catalogue import parse
from contracts.claims import Adjudicated
from contracts.envelope import Event
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine, PaymentReturned
from services.cli.audit.divergence import Differences


@dataclass
class Payments:
    """What was approved by claim, and what became of every payment line."""

    approved: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    ordered: dict[str, PaymentLine] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)

    def allow(self, event: Event) -> None:
        """Note what a decision allows to be paid; what is clawed back later may have been paid before."""
        body = parse(event) if event.kind == Adjudicated.KIND else None
        if isinstance(body, Adjudicated) and body.outcome == "approved":
            self.approved[body.claim] = max(self.approved[body.claim], body.amounts.fund)

    def take_in(self, events: Iterable[Event], found: Differences) -> None:
        """Check the batches, confirmations and returns of one shard, in order."""
        for event in events:
            where = f"payment/{event.shard}/{event.seq}"
            match parse(event):
                case PaymentBatched() as batch:
                    self._batch(where, batch, found)
                case PaymentConfirmed() as paid:
                    self._confirm(where, paid, found)
                case PaymentReturned() as back:
                    found.expect(where, f"line {back.line.line} was paid", True, back.line.line in self.confirmed)
                    found.expect(
                        where, f"line {back.line.line} comes back once", False, back.line.line in self.returned
                    )
                    self.returned.add(back.line.line)
                case _:
                    pass

    def close(self, found: Differences) -> None:
        """Check that no claim was paid more than was approved for it."""
        paid: defaultdict[str, int] = defaultdict(int)
        for number in self.confirmed - self.returned:
            line = self.ordered[number]
            paid[line.claim] += line.amount
        for claim, amount in paid.items():
            if amount > self.approved[claim]:
                found.expect(f"claim {claim}", "paid in all", f"at most {self.approved[claim]}", amount)

    def _batch(self, where: str, batch: PaymentBatched, found: Differences) -> None:
        found.expect(where, "total of the batch", sum(line.amount for line in batch.lines), batch.total)
        found.expect(where, "maker and checker are two people", True, batch.maker != batch.checker)
        for line in batch.lines:
            found.expect(where, f"layers of line {line.line}", line.split.total(), line.amount)
            found.expect(where, f"line {line.line} is ordered once", False, line.line in self.ordered)
            self.ordered[line.line] = line

    def _confirm(self, where: str, paid: PaymentConfirmed, found: Differences) -> None:
        for line in paid.lines:
            found.expect(where, f"line {line.line} as ordered", self.ordered.get(line.line), line)
            found.expect(where, f"line {line.line} is paid once", False, line.line in self.confirmed)
            self.confirmed.add(line.line)
