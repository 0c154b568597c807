"""The ledger's working papers: proposals and vouchers, bank statements, matches, differences, what was put forward.

What a seal states of the bank must follow from them, and every seal states where they ended.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Self

from contracts.bank import (
    BankAccountOpened,
    ExceptionClosed,
    ExceptionOpened,
    ExceptionProposed,
    LinesMatched,
    Match,
    MatchProposed,
    StatementImported,
)
from contracts.closing import BankDay, DayPrepared, PeriodPrepared, Seal
from contracts.days import DayEndCalled
from contracts.envelope import Body
from contracts.ledger import ChartPublished, Voucher, VoucherApproved, VoucherProposed
from services.cli.audit.books.journal import YEAR_END
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place
from services.ledger.decide.chart import chart_of
from services.ledger.decide.laying import MANUAL
from services.ledger.records import Item

OnDay = tuple[str, date]
"""A bank account, and the day that a statement or a match is of."""


class Moment(NamedTuple):
    """When a seal was made: on which business day, and how far each shard of the ledger's log had come."""

    day: date
    heads: Mapping[int, int]

    @classmethod
    def of(cls, row: Row, body: Seal) -> Self:
        """Give the moment of the seal that a row holds."""
        return cls(row.business_date, {head.shard: head.seq for head in body.heads})

    def saw(self, place: Place, day: date) -> bool:
        """Tell whether a row of the ledger came before the seal; where that states no heads, whether its day did."""
        return place.seq <= self.heads.get(place.shard, 0) if self.heads else day <= self.day


class Closing(NamedTuple):
    """结转凭证: a voucher that carries a year's income or expense to the surplus, where and when it was approved."""

    place: Place
    day: date
    voucher: Voucher


class TakenBack(NamedTuple):
    """红字更正: a voucher that takes an entry back, where and when it was approved."""

    place: Place
    day: date
    voucher: Voucher


class Statement(NamedTuple):
    """A bank statement, in short, and where it stands, fen."""

    place: Place
    digest: str
    opening: int
    closing: int
    items: tuple[Item, ...]


class Laid(NamedTuple):
    """勾对: what was laid together on a bank account, seen at the end of a day, and where it is said."""

    place: Place
    bank_account: str
    day: date
    matches: tuple[Match, ...]


@dataclass
class Papers:
    """What the ledger's own rows say beside the seals."""

    accounts: dict[str, tuple[Place, BankAccountOpened]] = field(default_factory=dict)
    statements: dict[OnDay, Statement] = field(default_factory=dict)
    shown: Counter[OnDay] = field(default_factory=Counter)
    """What moved on a bank account on a day as the bank shows it, fen."""
    matched: Counter[OnDay] = field(default_factory=Counter)
    """What was matched on either side, seen at the end of a day, fen."""
    laid: list[Laid] = field(default_factory=list)
    by_hand: set[tuple[str, str, Match]] = field(default_factory=set)
    """What was proposed to be matched by hand: the bank account, who proposed it, and the match."""
    answers: dict[str, ExceptionProposed] = field(default_factory=dict)
    """Who proposed to answer for a balance."""
    opened: dict[str, tuple[Place, ExceptionOpened]] = field(default_factory=dict)
    closed: dict[str, tuple[Place, date]] = field(default_factory=dict)
    closings: list[Closing] = field(default_factory=list)
    taken_back: list[TakenBack] = field(default_factory=list)
    prepared: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What was put forward last for a period: digest and maker."""
    proposed: dict[str, VoucherProposed] = field(default_factory=dict)
    charts: list[tuple[Place, str]] = field(default_factory=list)
    called: dict[date, Place] = field(default_factory=dict)
    """Where each business day was called to its end."""

    def take_in(self, row: Row, body: Body, found: Differences) -> None:
        """Take in a row of the ledger, and check what it says by itself."""
        place = row.place
        match body:
            case BankAccountOpened():
                self.accounts[body.bank_account] = (place, body)
            case StatementImported():
                self._statement(place, body, found)
            case LinesMatched():
                self._matched(place, body, found)
            case ExceptionProposed() | MatchProposed():
                self._proposed(body)
            case ExceptionOpened():
                self._opened(place, body, found)
            case ExceptionClosed():
                self.closed[body.exception] = (place, body.day)
            case DayPrepared() | PeriodPrepared():
                period = body.day.isoformat() if isinstance(body, DayPrepared) else body.period
                self.prepared[period] = (body.digest, body.maker)
            case ChartPublished():
                with suppress(ValueError):  # a chart that cannot be read is named where it is published
                    self.charts.append((place, chart_of(body.content).content))
            case DayEndCalled():
                self.called.setdefault(body.day, place)
            case VoucherProposed():
                self.proposed[body.voucher.voucher] = body
            case VoucherApproved():
                self._approved(row, body, found)

    def _statement(self, place: Place, body: StatementImported, found: Differences) -> None:
        moved = sum(line.amount for line in body.lines)
        found.expect(place, f"closing balance of {body.bank_account}", body.opening + moved, body.closing)
        items = tuple(Item(f"{body.day}/{line.n}", body.day, line.amount, line.keys) for line in body.lines)
        if body.opening and body.bank_account not in {name for name, _ in self.statements}:
            items = (Item(f"{body.day}/0", body.day, body.opening, ()), *items)
        statement = Statement(place, body.file_digest, body.opening, body.closing, items)
        self.statements[body.bank_account, body.day] = statement
        self.shown[body.bank_account, body.day] += sum(item.amount for item in items)

    def _proposed(self, body: ExceptionProposed | MatchProposed) -> None:
        if isinstance(body, ExceptionProposed):
            self.answers[body.exception] = body
        else:
            self.by_hand.add((body.bank_account, body.maker, body.match))

    def _matched(self, place: Place, body: LinesMatched, found: Differences) -> None:
        """Keep what was laid together; by hand it was proposed as it is, and approved by another person."""
        for one in body.matches:
            if one.rule == MANUAL:
                proposed = (body.bank_account, body.maker, one) in self.by_hand
                found.expect(place, "a match by hand as proposed", True, proposed)
                two = body.checker is not None and body.checker != body.maker
                found.expect(place, "maker and checker are two people", True, two)
        self.matched[body.bank_account, body.day] += sum(one.amount for one in body.matches)
        self.laid.append(Laid(place, body.bank_account, body.day, body.matches))

    def _opened(self, place: Place, body: ExceptionOpened, found: Differences) -> None:
        """Keep an open difference; what lets a balance pass was proposed as it is, and approved by another person."""
        self.opened[body.exception] = (place, body)
        if body.side == "balance":
            said = self.answers.get(body.exception)
            opened = body.model_dump(exclude={"checker"})
            found.expect(place, f"exception {body.exception} as proposed", said and said.model_dump(), opened)
            two = body.maker is not None and body.checker is not None and body.maker != body.checker
            found.expect(place, f"exception {body.exception}: maker and checker are two people", True, two)

    def _approved(self, row: Row, body: VoucherApproved, found: Differences) -> None:
        place = row.place
        if body.voucher.corrects is not None:
            self.taken_back.append(TakenBack(place, row.business_date, body.voucher))
        if body.voucher.template in YEAR_END:
            self.closings.append(Closing(place, row.business_date, body.voucher))
        proposed = self.proposed.pop(body.voucher.voucher, None)
        said = proposed and (proposed.maker, proposed.voucher)
        found.expect(place, f"voucher {body.voucher.voucher} as proposed", said, (body.maker, body.voucher))
        found.expect(place, "maker and checker are two people", True, body.maker != body.checker)


def together(parts: Iterable[Papers]) -> Papers:
    """Lay the papers of all shards together."""
    whole = Papers()
    for part in parts:
        whole.accounts.update(part.accounts)
        whole.statements.update(part.statements)
        whole.shown.update(part.shown)
        whole.matched.update(part.matched)
        whole.laid += part.laid
        whole.charts += part.charts
        whole.called.update(part.called)
        whole.opened.update(part.opened)
        whole.closed.update(part.closed)
        whole.closings += part.closings
        whole.taken_back += part.taken_back
        whole.prepared.update(part.prepared)
    return whole


def bank_day(papers: Papers, bank_account: str, day: date, booked: int) -> BankDay | None:
    """Draw up the 余额调节表 of an account at the end of a day, in short; None where the bank's statement is missing.

    A match takes the same amount out of what either side has alone, so what is left is each side's sum less that.
    """
    statement = papers.statements.get((bank_account, day))
    if statement is None:
        return None
    matched = _until(papers.matched, bank_account, day)
    bank_only = _until(papers.shown, bank_account, day) - matched
    book_only = booked - matched
    return BankDay(
        bank_account=bank_account,
        statement=statement.digest,
        opening=statement.opening,
        closing=statement.closing,
        booked=booked,
        bank_only=bank_only,
        book_only=book_only,
        difference=statement.closing + book_only - booked - bank_only,
    )


def open_differences(papers: Papers, day: date, moment: Moment) -> list[ExceptionOpened]:
    """List the differences that were open at the end of a day when a seal was made.

    A balance may be answered for after its day was sealed: whether it was, only a seal that states heads can tell.
    """
    return [
        one
        for number, (place, one) in sorted(papers.opened.items())
        if one.day <= day and moment.saw(place, one.day) and not _gone(papers, number, day, moment)
    ]


def _gone(papers: Papers, number: str, day: date, moment: Moment) -> bool:
    if number not in papers.closed:
        return False
    place, when = papers.closed[number]
    return when <= day and moment.saw(place, when)


def _until(sums: Counter[OnDay], bank_account: str, day: date) -> int:
    return sum(amount for (account, when), amount in sums.items() if account == bank_account and when <= day)
