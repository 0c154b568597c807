"""Every figure that a seal states, added up again: books, banks, open differences, 暂付 and 暂收."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from contracts.bank import ExceptionOpened
from contracts.closing import BookDay, BookPeriod, DayClosed, MonthClosed, YearClosed
from services.cli.audit.books.balances import DAY, Balances
from services.cli.audit.books.carrying import carried
from services.cli.audit.books.journal import Journal
from services.cli.audit.books.papers import Moment, Papers, bank_day, open_differences
from services.cli.audit.log.divergence import Differences, Place
from services.ledger.decide.period import Span, carried_over, span_of
from services.ledger.decide.seal import Closed, head_of, stated


class Told(NamedTuple):
    """What a month or a year comes to: its books, and the differences that somebody answers for."""

    books: Sequence[BookPeriod]
    exceptions: Sequence[ExceptionOpened]


class Figures:
    """What the replayed journal and the ledger's papers come to, beside what the seals say that they do."""

    def __init__(self, journal: Journal, papers: Papers, found: Differences) -> None:
        self._balances = Balances(journal)
        self._papers = papers
        self._found = found

    def day(self, place: Place, body: DayClosed, moment: Moment) -> Sequence[BookDay]:
        """Check the figures of a day; gives its books as they are."""
        books = self._book_days(body.day)
        self._books(place, f"on {body.day}", books, body.books)
        self._banks(place, body, moment)
        self._exceptions(place, body, open_differences(self._papers, body.day, moment))
        return books

    def period(self, place: Place, body: MonthClosed | YearClosed, moment: Moment) -> Told:
        """Check the figures of a month or a year; gives its books as they are, and who answers for what is open."""
        span = span_of(head_of(body).period)
        books = self._book_periods(span)
        exceptions = open_differences(self._papers, span.ends, moment)
        if isinstance(body, YearClosed):
            closings = [one for one in self._papers.closings if moment.saw(one.place, one.day)]
            books = carried_over(books, carried(closings, span.begins, span.ends))
            # a balance that stands over the year's end may be answered for until the year is sealed
            answers = open_differences(self._papers, max(span.ends, moment.day), moment)
            exceptions = [one for one in answers if one.side == "balance"]
        self._books(place, f"in {span.period}", books, body.books)
        self._exceptions(place, body, exceptions)
        # the seal of a year that states no heads may be older than its list of what 暂付 and 暂收 hold
        if isinstance(body, MonthClosed) or body.heads:
            aged = sorted(body.aged, key=lambda one: (one.book, one.account))
            self._found.expect(place, f"暂付 and 暂收 of {span.period}", self._balances.aged(span.ends), aged)
        return Told(books, exceptions)

    def _banks(self, place: Place, body: DayClosed, moment: Moment) -> None:
        """Reconcile every bank account again. Which were open by then can only be told where the seal states heads."""
        held, opened = dict[str, int](), list[str]()
        for name, (where, account) in sorted(self._papers.accounts.items()):
            held[name] = self._balances.held((account.book, account.account), body.day)
            if account.since <= body.day and moment.saw(where, account.since):
                opened.append(name)
        if body.heads:
            self._found.expect(place, f"bank accounts on {body.day}", opened, [one.bank_account for one in body.banks])
        for one in body.banks:
            again = bank_day(self._papers, one.bank_account, body.day, held.get(one.bank_account, 0))
            self._found.expect(place, f"reconciliation of {one.bank_account} on {body.day}", again, one)

    def _exceptions(self, place: Place, body: Closed, known: Sequence[ExceptionOpened]) -> None:
        """Compare what is open. Who answers for a balance can only be told where the seal states heads."""
        told = [stated(one) for one in known if body.heads or one.side != "balance"]
        said = [one for one in body.exceptions if body.heads or one.side != "balance"]
        self._found.expect(place, f"open differences of {head_of(body).period}", told, said)

    def _book_days(self, day: date) -> list[BookDay]:
        entries = self._balances.entries
        return [
            BookDay(
                book=book,
                entries=entries(book, day, day),
                first=entries(book, day.replace(day=1), day - DAY) + 1,
                debit=sum(line.debit for line in lines),
                credit=sum(line.credit for line in lines),
                trial=lines,
            )
            for book, lines in self._balances.trial(day, day).items()
        ]

    def _book_periods(self, span: Span) -> list[BookPeriod]:
        entries = self._balances.entries
        return [
            BookPeriod(book=book, entries=entries(book, span.begins, span.ends), trial=lines)
            for book, lines in self._balances.trial(span.begins, span.ends).items()
        ]

    def _books(
        self, place: Place, when: str, known: Sequence[BookDay | BookPeriod], stated: Sequence[BookDay | BookPeriod]
    ) -> None:
        """Compare book by book."""
        replayed = {one.book: one for one in known}
        self._found.expect(place, f"books {when}", sorted(replayed), sorted(one.book for one in stated))
        for one in stated:
            if one.book in replayed:
                self._book(place, f"{one.book} {when}", replayed[one.book], one)

    def _book(self, place: Place, name: str, known: BookDay | BookPeriod, stated: BookDay | BookPeriod) -> None:
        """Compare account by account."""
        without_trial = {"trial": ()}
        whole = known.model_copy(update=without_trial), stated.model_copy(update=without_trial)
        self._found.expect(place, f"entries and sums of {name}", *whole)
        lines = {line.account: line for line in known.trial}
        for line in stated.trial:
            self._found.expect(place, f"balance of {line.account} in {name}", lines.pop(line.account, None), line)
        self._found.expect(place, f"accounts of {name}", [], sorted(lines))
