"""日结检查 again: what the gates would have said of a sealed day, month or year, as far as the four logs tell."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

from contracts.bank import ExceptionOpened
from contracts.closing import BookDay, BookPeriod
from contracts.money import yuan
from contracts.parked import GivenUp
from services.cli.audit.books.journal import DayBook, Journal
from services.cli.audit.books.papers import Moment, Papers, open_differences
from services.cli.audit.books.reconciling import OpenItems
from services.cli.audit.log.divergence import Differences, Divergence, Place
from services.ledger.decide.chart import Chart, chart_of
from services.ledger.decide.gate import DayFacts, Expired, Missing, gate, missing
from services.ledger.decide.invariants import answered_for, between_funds, overdrawn, standing
from services.ledger.decide.period import PeriodFacts, Span, period_gate, unsealed_before, unsettled
from services.ledger.records import Sealed


class Gate:
    """Runs the ledger's own gates over what is replayed, for every seal that states heads.

    Of a day:

    - in order: from ``DayEndCalled`` and the seals before.
    - all in: from the ``DayEnded`` of every shard. What a service had parked when it made them may have been mended
      before the seal, and what was parked here is said nowhere: an audit that posts everything finds what is missing.
    - 账证: the totals of each ``DayEnded`` against what the replay books of that shard's day, and what was given up.
      The ledger's own vouchers are counted by the same rows that book them.
    - balance, 账账: books are added up from the replayed lines; there is no second figure to hold them against.
    - 红字: what a red voucher of the day takes back is an entry of the day, book and kind that it names, itself no red
      one, and taken back once. Its lines are not compared with those of that entry: of entries only hashes are kept.
    - I-A and I-B: the replay books nothing that is against them. I-D and I-E: from the replayed journal, under the
      newest chart that was published by then, and the exceptions that answer for a balance.
    - 账实: from ``StatementImported``, ``LinesMatched`` and the replayed journal, item by item: what was matched was
      open, comes to the same on both sides, and is what its rule finds. How much of a later
      day was booked when the seal was made is said nowhere: any later day explains an item that only the bank had.
      Where an archive ends, what it does not hold any more may explain one that is never matched in it (``goes_on``
      is False): ``untold`` says so; the archive of the next days tells.
    - exceptions in time: from ``ExceptionOpened`` and ``ExceptionClosed``.

    Of a month and a year everything: that the ledger's open day is a later one, from the day of the seal's own row;
    that each day that was called to its end is sealed, and each month that has one, and those before; the rest from
    the replayed books.
    """

    def __init__(self, journal: Journal, papers: Papers, found: Differences, *, goes_on: bool) -> None:
        self._journal = journal
        self._papers = papers
        self._found = found
        self._red: set[UUID | None] = set()
        self._items = OpenItems(journal, papers, found, goes_on=goes_on)

    def untold(self) -> Iterator[str]:
        """Say what only the bank has on the last sealed day, where the archive of the next days must tell why."""
        for name, items in sorted(self._items.untold.items()):
            if items:
                alone = f"{len(items)} items of {yuan(sum(item.amount for item in items))}"
                yield f"{name}: {alone} only the bank has; the archive of the next days must tell"

    def check(
        self,
        place: Place,
        moment: Moment,
        day: date,
        sealed: Collection[date],
        markers: frozenset[tuple[str, int]],
        given_up: Sequence[GivenUp],
        books: Sequence[BookDay],
    ) -> None:
        """Name everything that should have kept a sealed day open.

        ``sealed`` are the days sealed before it, ``markers`` the shards that have ended it.
        """
        self._taken_back(day)
        self._items.advance(day, moment)
        exceptions = open_differences(self._papers, day, moment)
        answers = {(one.bank_account, f"{one.side}:{one.item}"): one.exception for one in exceptions}
        facts = DayFacts(
            day=day,
            called=self._called(day, moment),
            unsealed_before=self._unsealed_before(day, moment, sealed),
            markers=markers,
            parked={},
            controls=self._journal.get(day, DayBook()).off,
            given_up=given_up,
            unbalanced=(),
            subledgers=(),
            banks=self._items.facts(day, moment, answers),
            expired=[Expired(one.exception, one.expires) for one in exceptions if one.expires < day],
            invariants=self._invariants(day, moment, books, exceptions),
        )
        for one in gate(facts):
            self._found.add(Divergence(place, f"what keeps {day} open", "nothing", one.sentence))

    def period(
        self,
        place: Place,
        moment: Moment,
        span: Span,
        sealed: Collection[str],
        parts: Sequence[Sealed],
        books: Sequence[BookPeriod],
        exceptions: Sequence[ExceptionOpened],
    ) -> None:
        """Name everything that should have kept a month or a year open.

        ``sealed`` are the periods sealed by then, ``parts`` the seals it was made from.
        """
        days = [day for day in sorted(self._papers.called) if self._called(day, moment)]
        called = [f"{day}" for day in days if span.begins <= day <= span.ends]
        may_stand = answered_for(exceptions, standing(books))
        chart = self._chart(moment)
        between = between_funds(chart) if chart else ()
        facts = PeriodFacts(
            span=span,
            open_day=moment.day,
            previous="",
            parts=parts,
            expected=sorted({one[:7] for one in called}) if len(span.period) == 4 else called,
            unsealed_before=unsealed_before(span, days, sealed),
            books=books,
            aged=(),
            exceptions=(),
            findings=tuple(unsettled(span.period, books, may_stand, between)),
        )
        for one in period_gate(facts):
            self._found.add(Divergence(place, f"what keeps {span.period} open", "nothing", one.sentence))

    def _taken_back(self, day: date) -> None:
        for place, _, voucher in (one for one in self._papers.taken_back if one.day == day):
            book = self._journal.get(voucher.corrects_day or day, DayBook())
            known = voucher.corrects is not None and book.has(voucher.book, voucher.corrects_template, voucher.corrects)
            self._found.expect(place, f"voucher {voucher.voucher} takes back an entry", True, known)
            again = voucher.corrects in self._red
            self._found.expect(place, f"voucher {voucher.voucher} takes back what was taken back", False, again)
            self._red.add(voucher.corrects)

    def _called(self, day: date, moment: Moment) -> bool:
        return day in self._papers.called and moment.saw(self._papers.called[day], day)

    def _unsealed_before(self, day: date, moment: Moment, sealed: Collection[date]) -> date | None:
        called = (one for one in self._papers.called if one < day and self._called(one, moment))
        return min((one for one in called if one not in sealed), default=None)

    def _invariants(
        self, day: date, moment: Moment, books: Sequence[BookDay], exceptions: Sequence[ExceptionOpened]
    ) -> list[Missing]:
        chart = self._chart(moment)
        if chart is None:
            return []
        balances = standing(books)
        unpaired = self._journal.get(day, DayBook()).unpaired.get(between_funds(chart), [])
        return [missing(one) for one in (*unpaired, *overdrawn(chart, balances, answered_for(exceptions, balances)))]

    def _chart(self, moment: Moment) -> Chart | None:
        """Give the newest chart that was published when a seal was made; one that comes again is no newer for it."""
        published = dict.fromkeys(
            content for place, content in sorted(self._papers.charts) if moment.saw(place, moment.day)
        )
        return chart_of([*published][-1]) if published else None
