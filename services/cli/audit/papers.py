"""The ledger's working papers: proposals and vouchers, bank statements, matches, differences, what was put forward.

What a seal states of the bank must follow from them, and every seal states where they ended.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Self

from contracts.bank import BankAccountOpened, ExceptionClosed, ExceptionOpened, LinesMatched, StatementImported
from contracts.closing import BankDay, DayPrepared, OpenException, PeriodPrepared, Seal
from contracts.envelope import Body
from contracts.ledger import ChartPublished, Voucher, VoucherApproved, VoucherProposed
from services.cli.audit.chain import Row
from services.cli.audit.divergence import Differences, Place
from services.cli.audit.journal import YEAR_END
from services.ledger.decide.chart import chart_of
from services.ledger.decide.invariants import between_funds

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


class Statement(NamedTuple):
    """A bank statement, in short, fen."""

    digest: str
    opening: int
    closing: int


@dataclass
class Papers:
    """What the ledger's own rows say beside the seals."""

    accounts: dict[str, tuple[Place, BankAccountOpened]] = field(default_factory=dict)
    statements: dict[OnDay, Statement] = field(default_factory=dict)
    shown: Counter[OnDay] = field(default_factory=Counter)
    """What moved on a bank account on a day as the bank shows it, fen."""
    matched: Counter[OnDay] = field(default_factory=Counter)
    """What was matched on either side, seen at the end of a day, fen."""
    opened: dict[str, tuple[Place, ExceptionOpened]] = field(default_factory=dict)
    closed: dict[str, tuple[Place, date]] = field(default_factory=dict)
    closings: list[Closing] = field(default_factory=list)
    prepared: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What was put forward last for a period: digest and maker."""
    proposed: dict[str, VoucherProposed] = field(default_factory=dict)
    between: set[str] = field(default_factory=set)
    """The accounts by which one fund owes another."""

    def take_in(self, row: Row, body: Body, found: Differences) -> None:
        """Take in a row of the ledger, and check what it says by itself."""
        place = row.place
        match body:
            case BankAccountOpened():
                self.accounts[body.bank_account] = (place, body)
            case StatementImported():
                self._statement(place, body, found)
            case LinesMatched():
                self.matched[body.bank_account, body.day] += sum(one.amount for one in body.matches)
            case ExceptionOpened():
                self.opened[body.exception] = (place, body)
            case ExceptionClosed():
                self.closed[body.exception] = (place, body.day)
            case DayPrepared():
                self.prepared[body.day.isoformat()] = (body.digest, body.maker)
            case PeriodPrepared():
                self.prepared[body.period] = (body.digest, body.maker)
            case ChartPublished():
                with suppress(ValueError):  # a chart that cannot be read is named where it is published
                    self.between |= between_funds(chart_of(body.content))
            case VoucherProposed():
                self.proposed[body.voucher.voucher] = body
            case VoucherApproved():
                self._approved(place, body, found)
                if body.voucher.template in YEAR_END:
                    self.closings.append(Closing(place, row.business_date, body.voucher))

    def _statement(self, place: Place, body: StatementImported, found: Differences) -> None:
        moved = sum(line.amount for line in body.lines)
        found.expect(place, f"closing balance of {body.bank_account}", body.opening + moved, body.closing)
        self.statements[body.bank_account, body.day] = Statement(body.file_digest, body.opening, body.closing)
        self.shown[body.bank_account, body.day] += moved

    def _approved(self, place: Place, body: VoucherApproved, found: Differences) -> None:
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
        whole.opened.update(part.opened)
        whole.closed.update(part.closed)
        whole.closings += part.closings
        whole.prepared.update(part.prepared)
        whole.between |= part.between
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


def stated(one: ExceptionOpened) -> OpenException:
    """Say an open difference as a seal says it."""
    return OpenException(**{name: getattr(one, name) for name in OpenException.model_fields})


def _gone(papers: Papers, number: str, day: date, moment: Moment) -> bool:
    if number not in papers.closed:
        return False
    place, when = papers.closed[number]
    return when <= day and moment.saw(place, when)


def _until(sums: Counter[OnDay], bank_account: str, day: date) -> int:
    return sum(amount for (account, when), amount in sums.items() if account == bank_account and when <= day)
