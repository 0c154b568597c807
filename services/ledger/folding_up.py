"""What a month or a year is closed from, gathered from the database in one view of it."""

from datetime import date, timedelta

from contracts.closing import BookPeriod
from services.chassis.postgres import Connection
from services.ledger.decide.invariants import answered_for, between_funds, standing
from services.ledger.decide.period import PeriodFacts, carried_over, span_of, unsealed_before, unsettled
from services.ledger.decide.seal import stated
from services.ledger.reading import newest_chart
from services.ledger.records import Exceptional
from services.ledger.store import bank, carrying, closing, daybook


async def gather(conn: Connection, period: str) -> PeriodFacts:
    """Gather everything about a month or a year. Run it under the locked heads."""
    span = span_of(period)
    yearly = len(period) == 4
    days = await closing.days(conn, span.begins, span.ends)
    names = [day.day.isoformat() for day in days]
    books = await (_year if yearly else book_periods)(conn, span.begins, span.ends)
    exceptions = await (_answering if yearly else bank.open_exceptions)(conn, span.ends)
    called = await closing.days(conn, date.min, span.begins)
    own_kind = {seal.period for seal in await closing.sealed(conn, len(period))}
    may_stand = answered_for(exceptions, standing(books))
    return PeriodFacts(
        span=span,
        open_day=await closing.open_day(conn),
        previous=await closing.last_seal(conn, len(period)),
        parts=[part for part in await closing.sealed(conn, 7 if yearly else 10) if part.period.startswith(period)],
        expected=sorted({name[:7] for name in names}) if yearly else names,
        unsealed_before=unsealed_before(span, (one.day for one in called), own_kind),
        books=books,
        aged=await daybook.aged(conn, span.ends),
        exceptions=[stated(one) for one in exceptions],
        findings=tuple(unsettled(period, books, may_stand, await _between(conn) if books else ())),
    )


async def book_periods(conn: Connection, begins: date, ends: date) -> list[BookPeriod]:
    """Give every book's opening, movement and closing balances over a period, as booked."""
    counts = await daybook.entry_counts(conn, begins, ends + timedelta(days=1))
    trial = await daybook.trial(conn, begins, ends)
    return [BookPeriod(book=book, entries=counts.get(book, 0), trial=lines) for book, lines in trial.items()]


async def _between(conn: Connection) -> frozenset[str]:
    return between_funds(await newest_chart(conn))


async def _year(conn: Connection, begins: date, ends: date) -> list[BookPeriod]:
    return carried_over(await book_periods(conn, begins, ends), await carrying.carried(conn, begins, ends))


async def _answering(conn: Connection, ends: date) -> list[Exceptional]:
    """A balance that stands over the year's end may be answered for until the year is sealed."""
    until = max(ends, await closing.open_day(conn))
    return [one for one in await bank.open_exceptions(conn, until) if one.side == "balance"]
