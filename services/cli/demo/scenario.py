"""What happens to an agency from outside, whatever it was made from: a synthetic county or an export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Json = dict[str, object]


@dataclass(frozen=True)
class Payee:
    """Where money for a person or a hospital goes; ``corrected`` is the account after a slip of the pen."""

    number: str
    name: str
    account: str
    corrected: str


@dataclass(frozen=True)
class Plot:
    """On which of the days, counted from 0, the things happen that do not happen every day."""

    late_in_bank: int = 1
    """The bank has the late contribution; ``late_booked`` is when the agency hears of it."""
    late_booked: int = 4
    repay: int = 3
    """From this day on, what has come back by then is paid again: once."""
    clawback: int = 5
    recovered: int = 7

    def repays(self, n: int, returned: Sequence[str], repaid: int) -> bool:
        """Say whether day ``n`` pays again: the first day from ``repay`` on that finds a payment come back."""
        return n >= self.repay and bool(returned) and not repaid


USUAL = Plot()


@dataclass(frozen=True)
class Scenario:
    """The request bodies of one run, in order. Amounts are fen.

    ``after`` is the first business day of the month that follows the last day.
    ``premium`` (personal) and ``subsidy`` are paid for every person on the first day.
    """

    title: str
    area: str
    book: str
    days: Sequence[date]
    after: date
    persons: Sequence[Json]
    tags: Sequence[Json]
    certificates: Sequence[Json]
    providers: Sequence[Json]
    payees: Mapping[str, Payee]
    premium: int
    subsidy: int
    claims: Mapping[date, Sequence[Json]]
    """Claims by the business day on which they are handed in."""
    plot: Plot = USUAL
