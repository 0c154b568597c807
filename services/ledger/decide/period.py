"""月结、年结: a month is a fold of its sealed days, a year of its sealed months; what must hold before."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.closing import (
    Aged,
    BookPeriod,
    MonthClosed,
    OpenException,
    SealedDay,
    SealedMonth,
    YearClosed,
)
from contracts.money import yuan
from services.ledger.decide.gate import Missing
from services.ledger.decide.seal import NOBODY, root_of_seals
from services.ledger.records import Sealed

MONTH_CHECKS = ("period_over", "all_sealed", "chain_unbroken", "trial_balances", "collection_swept")
YEAR_CHECKS = ("period_over", "all_sealed", "chain_unbroken", "trial_balances", "result_carried")


class Span(NamedTuple):
    """A month or a year: its name, its first and last day."""

    period: str
    begins: date
    ends: date


class PeriodFacts(NamedTuple):
    """What a month or a year is closed from: its sealed parts in order, and what should have been sealed."""

    span: Span
    open_day: date
    previous: str
    parts: Sequence[Sealed]
    expected: Sequence[str]
    books: Sequence[BookPeriod]
    aged: Sequence[Aged]
    exceptions: Sequence[OpenException]
    findings: Sequence[Missing]


def span_of(period: str) -> Span:
    """Give the days of ``2017-03`` or of ``2017``."""
    if len(period) == 4:
        return Span(period, date(int(period), 1, 1), date(int(period), 12, 31))
    begins = date.fromisoformat(f"{period}-01")
    return Span(period, begins, (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def period_gate(facts: PeriodFacts) -> tuple[Missing, ...]:
    """Name everything that keeps a month or a year open."""
    return (*_over(facts), *_sealed(facts), *_chained(facts), *_balanced(facts), *facts.findings)


def month_of(facts: PeriodFacts, maker: str) -> MonthClosed:
    """Make the seal of a month, unchecked and unsigned."""
    return MonthClosed(
        month=facts.span.period,
        previous=facts.previous,
        days=tuple(
            SealedDay(day=date.fromisoformat(part.period), entries=part.entries, root=part.root, seal=part.hash)
            for part in facts.parts
        ),
        books=tuple(facts.books),
        aged=tuple(facts.aged),
        exceptions=tuple(facts.exceptions),
        checks=MONTH_CHECKS,
        root=root_of_seals(part.hash for part in facts.parts),
        maker=maker,
        checker=NOBODY,
        kid=NOBODY,
        signature="",
    )


def year_of(facts: PeriodFacts, maker: str) -> YearClosed:
    """Make the seal of a year, unchecked and unsigned."""
    return YearClosed(
        year=facts.span.period,
        previous=facts.previous,
        months=tuple(SealedMonth(month=part.period, root=part.root, seal=part.hash) for part in facts.parts),
        books=tuple(facts.books),
        checks=YEAR_CHECKS,
        root=root_of_seals(part.hash for part in facts.parts),
        maker=maker,
        checker=NOBODY,
        kid=NOBODY,
        signature="",
    )


def not_carried(books: Sequence[BookPeriod]) -> Iterator[Missing]:
    """结转: income and expense stand at zero when a year closes; T31 and T32 have taken them to the surplus."""
    for book in books:
        for line in book.trial:
            if line.account[0] in "45" and line.closing:
                sentence = f"{book.book}: {line.account} still holds {yuan(line.closing)}; carry it to the surplus"
                yield Missing("NOT_CARRIED", f"{book.book}/{line.account}", sentence)


def _over(facts: PeriodFacts) -> Iterator[Missing]:
    if facts.open_day <= facts.span.ends:
        yield Missing("PERIOD_STILL_OPEN", facts.span.period, f"{facts.open_day} is still open")
    if not facts.expected:
        yield Missing("NOTHING_TO_CLOSE", facts.span.period, f"nothing was ever opened in {facts.span.period}")


def _sealed(facts: PeriodFacts) -> Iterator[Missing]:
    done = {part.period for part in facts.parts}
    for period in facts.expected:
        if period not in done:
            yield Missing("NOT_SEALED", period, f"{period} is not sealed")


def _chained(facts: PeriodFacts) -> Iterator[Missing]:
    for before, after in zip(facts.parts, facts.parts[1:], strict=False):
        if after.previous != before.hash:
            yield Missing("CHAIN_BROKEN", after.period, f"the seal of {after.period} does not name {before.period}")


def _balanced(facts: PeriodFacts) -> Iterator[Missing]:
    for book in facts.books:
        if left := sum(line.closing for line in book.trial):
            yield Missing("UNBALANCED", book.book, f"{book.book}: the trial balance is {yuan(left)} off")
