"""月结、年结: a month is a fold of its sealed days, a year of its sealed months; what must hold before."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.closing import (
    Aged,
    BookPeriod,
    MonthClosed,
    OpenException,
    SealedDay,
    SealedMonth,
    TrialLine,
    YearClosed,
)
from contracts.money import yuan
from services.ledger.decide.gate import Missing, missing
from services.ledger.decide.invariants import not_swept, standing, unpaired
from services.ledger.decide.seal import NOBODY, root_of_seals
from services.ledger.records import Carried, Sealed

MONTH_CHECKS = ("period_over", "all_sealed", "chain_unbroken", "trial_balances", "collection_swept", "funds_paired")
YEAR_CHECKS = (*MONTH_CHECKS[:4], "result_carried", "advances_answered")

ADVANCES = "1101-医院"


class Span(NamedTuple):
    """A month or a year: its name, its first and last day."""

    period: str
    begins: date
    ends: date


class PeriodFacts(NamedTuple):
    """What a month or a year is closed from: its sealed parts in order, and what should have been sealed.

    ``unsealed_before`` is the first month, or year, before it that has no seal.
    """

    span: Span
    open_day: date
    previous: str
    parts: Sequence[Sealed]
    expected: Sequence[str]
    unsealed_before: str | None
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


def unsealed_before(span: Span, called: Iterable[date], sealed: Container[str]) -> str | None:
    """Give the first month, or year, before a period in which a day was called to its end and that has no seal."""
    earlier = {f"{day}"[: len(span.period)] for day in called if day < span.begins}
    return min((period for period in earlier if period not in sealed), default=None)


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
        aged=tuple(facts.aged),
        exceptions=tuple(facts.exceptions),
        checks=YEAR_CHECKS,
        root=root_of_seals(part.hash for part in facts.parts),
        maker=maker,
        checker=NOBODY,
        kid=NOBODY,
        signature="",
    )


def unsettled(
    period: str, books: Sequence[BookPeriod], answered: Container[tuple[str, str]], between: Container[str]
) -> Iterator[Missing]:
    """Name what a month's end (收入户) or a year's (income, expense, advances) must not hold, unless answered for.

    ``between`` are the accounts by which funds owe each other: at a month's end each finds its twin.
    """
    if len(period) == 4:
        yield from not_carried(books)
        yield from advances_open(books, answered)
    else:
        held = [one for one in standing(books) if (one.book, one.account) not in answered]
        yield from map(missing, not_swept(held))
        yield from map(missing, unpaired(between, standing(books), answered))


def not_carried(books: Sequence[BookPeriod]) -> Iterator[Missing]:
    """结转: income and expense stand at zero when a year closes; T31 and T32 have taken them to the surplus."""
    for book in books:
        for line in book.trial:
            if line.account[0] in "45" and line.closing:
                sentence = f"{book.book}: {line.account} still holds {yuan(line.closing)}; carry it to the surplus"
                yield Missing("NOT_CARRIED", f"{book.book}/{line.account}", sentence)


def advances_open(books: Sequence[BookPeriod], answered: Container[tuple[str, str]]) -> Iterator[Missing]:
    """预付金: what providers hold of an advance is recovered by the year's end, or an exception answers for it."""
    for book in books:
        for line in book.trial:
            if line.account == ADVANCES and line.closing and (book.book, line.account) not in answered:
                sentence = f"{book.book}: providers still hold {yuan(line.closing)} of advances"
                yield Missing("ADVANCE_OPEN", f"{book.book}/{line.account}", sentence)


def carried_over(books: Sequence[BookPeriod], carried: Sequence[Carried]) -> list[BookPeriod]:
    """结转: put closing entries into the year that they close, although they were booked in a later one."""
    later: defaultdict[str, dict[str, Carried]] = defaultdict(dict)
    for one in carried:
        later[one.book][one.account] = one
    return [
        book.model_copy(update={"trial": _carried_over(book.trial, later[book.book])}) if later[book.book] else book
        for book in books
    ]


def _carried_over(trial: Sequence[TrialLine], later: Mapping[str, Carried]) -> tuple[TrialLine, ...]:
    lines = {line.account: line for line in trial}
    nothing = TrialLine(account="-", opening=0, debit=0, credit=0, closing=0)
    for account, carried in later.items():
        was = lines.get(account, nothing)
        lines[account] = TrialLine(
            account=account,
            opening=was.opening + carried.opening,
            debit=was.debit + carried.debit,
            credit=was.credit + carried.credit,
            closing=was.closing + carried.closing,
        )
    return tuple(lines[account] for account in sorted(lines))


def _over(facts: PeriodFacts) -> Iterator[Missing]:
    if facts.open_day <= facts.span.ends:
        yield Missing("PERIOD_STILL_OPEN", facts.span.period, f"{facts.open_day} is still open")
    if not facts.expected:
        yield Missing("NOTHING_TO_CLOSE", facts.span.period, f"nothing was ever opened in {facts.span.period}")
    if before := facts.unsealed_before:
        yield Missing("EARLIER_PERIOD_OPEN", before, f"{before} is not sealed; months and years are sealed in order")


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
