"""What the gate looks at and the seal states, gathered from the database in one view of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from contracts.closing import BankDay, BookDay
from contracts.topics import Service
from services.chassis.postgres import Connection
from services.ledger.decide.gate import BankFacts, DayFacts, Difference, Expired, Missing, missing
from services.ledger.decide.invariants import answered_for, between_funds, overdrawn, standing, unpaired_event
from services.ledger.decide.reconciliation import Later, Reconciliation, reconcile
from services.ledger.decide.seal import Evidence, stated
from services.ledger.reading import newest_chart
from services.ledger.records import Exceptional, StatementHead
from services.ledger.store import bank, closing, daybook, given_up


class Gathered(NamedTuple):
    """One day, whole: what the gate judges, and what the seal would state."""

    facts: DayFacts
    evidence: Evidence


class BankSide(NamedTuple):
    """The bank accounts of a day: facts for the gate, and the short form for the seal."""

    facts: Sequence[BankFacts]
    days: Sequence[BankDay]


async def gather(conn: Connection, day: date, now: Mapping[Service, int]) -> Gathered:
    """Gather everything about a day. Run it in one repeatable-read transaction, or under the locked heads.

    ``now`` is how many events each source has parked now, as far as it is known.
    """
    books = await daybook.book_days(conn, day)
    exceptions = await bank.open_exceptions(conn, day)
    banks = await bank_side(conn, day, exceptions)
    earlier = await closing.first_unsealed(conn)
    cut = await daybook.cut(conn, day)
    never_booked = await given_up.of_day(conn, day)
    facts = DayFacts(
        day=day,
        called=await closing.called(conn, day) is not None,
        unsealed_before=earlier if earlier and earlier < day else None,
        markers=frozenset((one.source, one.shard) for one in cut),
        parked=await _parked(conn, day, now),
        controls=await daybook.controls(conn, day),
        given_up=never_booked,
        unbalanced=await _unbalanced(conn, day, books),
        subledgers=await _subledgers(conn, day, books),
        banks=banks.facts,
        expired=[Expired(one.exception, one.expires) for one in exceptions if one.expires < day],
        invariants=await _invariants(conn, day, books, exceptions),
    )
    evidence = Evidence(
        day=day,
        number=await closing.seal_count(conn) + 1,
        previous=await closing.last_seal(conn, 10),
        cut=cut,
        books=books,
        banks=banks.days,
        exceptions=[stated(one) for one in exceptions],
        given_up=never_booked,
    )
    return Gathered(facts, evidence)


async def _parked(conn: Connection, day: date, now: Mapping[Service, int]) -> dict[str, int]:
    """Count what is parked here, and at each source that had parked something when it ended the day."""
    there = {source: now.get(source, count) for source, count in (await daybook.parked_elsewhere(conn, day)).items()}
    counts = [("ledger", await daybook.parked(conn)), *there.items()]
    return {service: count for service, count in counts if count}


async def bank_side(conn: Connection, day: date, exceptions: Sequence[Exceptional]) -> BankSide:
    """Reconcile every bank account that is opened or booked on, at the end of ``day``."""
    opened = {one.bank_account for one in await bank.accounts(conn) if one.since <= day}
    facts, days = [], []
    for name in sorted(opened | set(await bank.posted_accounts(conn, day))):
        head = await bank.statement(conn, name, day)
        if head is None:
            facts.append(BankFacts(name, name in opened, None, 0, None))
            continue
        before = await bank.statement_before(conn, name, day)
        table = await reconciliation(conn, name, day, head.closing, exceptions)
        facts.append(BankFacts(name, name in opened, table, head.opening, before.closing if before else None))
        days.append(_bank_day(head, table))
    return BankSide(facts, days)


async def reconciliation(
    conn: Connection, bank_account: str, day: date, closing_balance: int, exceptions: Sequence[Exceptional]
) -> Reconciliation:
    """Draw up the 余额调节表 of one account at the end of a day."""
    theirs, ours = await bank.open_items(conn, bank_account, day)
    later = Later(*await bank.later_items(conn, bank_account, day)) if theirs or ours else Later((), ())
    answers = {f"{one.side}:{one.item}": one.exception for one in exceptions if one.bank_account == bank_account}
    balances = closing_balance, await bank.book_balance(conn, bank_account, day)
    return reconcile(bank_account, day, balances, theirs, ours, later, answers)


def _bank_day(head: StatementHead, table: Reconciliation) -> BankDay:
    return BankDay(
        bank_account=head.bank_account,
        statement=head.file_digest,
        opening=head.opening,
        closing=head.closing,
        booked=table.book_balance,
        bank_only=table.bank_only,
        book_only=table.book_only,
        difference=table.difference,
    )


async def _unbalanced(conn: Connection, day: date, books: Sequence[BookDay]) -> list[Difference]:
    found = [
        Difference(book.book, "debits and credits of the day", book.debit, book.credit)
        for book in books
        if book.debit != book.credit
    ]
    rows = await daybook.unbalanced(conn, day)
    return [*found, *(Difference(book, f"entry {entry}", left, 0) for book, entry, left in rows)]


async def _subledgers(conn: Connection, day: date, books: Sequence[BookDay]) -> list[Difference]:
    """账账: what the lines of the day add up to, account by account, against the balances."""
    kept = {(book.book, line.account): line.debit - line.credit for book in books for line in book.trial}
    moved = await daybook.moved(conn, day)
    return [
        Difference(book, account, moved.get((book, account), 0), balance)
        for (book, account), balance in sorted({**dict.fromkeys(moved, 0), **kept}.items())
        if moved.get((book, account), 0) != balance
    ]


async def _invariants(
    conn: Connection, day: date, books: Sequence[BookDay], exceptions: Sequence[Exceptional]
) -> list[Missing]:
    if not books:
        return []
    chart = await newest_chart(conn)
    balances = standing(books)
    pairs = [
        unpaired_event(cause, book, left)
        for book, cause, left in await daybook.unpaired(conn, day, sorted(between_funds(chart)))
    ]
    return [missing(one) for one in (*pairs, *overdrawn(chart, balances, answered_for(exceptions, balances)))]
