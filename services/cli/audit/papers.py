"""The ledger's working papers: proposals and vouchers, bank statements, matches, differences, what was put forward.

What a seal states of the bank must follow from them; no seal states where they end, so their own chain binds the rest.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from contracts.bank import BankAccountOpened, ExceptionClosed, ExceptionOpened, LinesMatched, StatementImported
from contracts.closing import BankDay, DayPrepared, OpenException, PeriodPrepared
from contracts.envelope import Body
from contracts.ledger import VoucherApproved, VoucherProposed
from services.cli.audit.divergence import Differences, Place
from services.cli.audit.journal import Account

OnDay = tuple[str, date]
"""A bank account, and the day that a statement or a match is of."""


class Statement(NamedTuple):
    """A bank statement, in short, fen."""

    digest: str
    opening: int
    closing: int


@dataclass
class Papers:
    """What the ledger's own rows say beside the seals."""

    accounts: dict[str, Account] = field(default_factory=dict)
    statements: dict[OnDay, Statement] = field(default_factory=dict)
    shown: Counter[OnDay] = field(default_factory=Counter)
    """What moved on a bank account on a day as the bank shows it, fen."""
    matched: Counter[OnDay] = field(default_factory=Counter)
    """What was matched on either side, seen at the end of a day, fen."""
    opened: dict[str, ExceptionOpened] = field(default_factory=dict)
    closed: dict[str, date] = field(default_factory=dict)
    prepared: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What was put forward last for a period: digest and maker."""
    proposed: dict[str, VoucherProposed] = field(default_factory=dict)

    def take_in(self, place: Place, body: Body, found: Differences) -> None:
        """Take in a row of the ledger, and check what it says by itself."""
        match body:
            case BankAccountOpened():
                self.accounts[body.bank_account] = (body.book, body.account)
            case StatementImported():
                self._statement(place, body, found)
            case LinesMatched():
                self.matched[body.bank_account, body.day] += sum(one.amount for one in body.matches)
            case ExceptionOpened():
                self.opened[body.exception] = body
            case ExceptionClosed():
                self.closed[body.exception] = body.day
            case DayPrepared():
                self.prepared[body.day.isoformat()] = (body.digest, body.maker)
            case PeriodPrepared():
                self.prepared[body.period] = (body.digest, body.maker)
            case VoucherProposed():
                self.proposed[body.voucher.voucher] = body
            case VoucherApproved():
                self._approved(place, body, found)

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


def open_differences(papers: Papers, day: date) -> tuple[OpenException, ...]:
    """List the differences with the bank that are open at the end of a day, as a seal says them.

    A balance may be answered for after its day was sealed, so those of balances are not told here.
    """
    fields = OpenException.model_fields
    return tuple(
        OpenException(**{name: getattr(one, name) for name in fields})
        for number, one in sorted(papers.opened.items())
        if one.side != "balance" and one.day <= day and not (number in papers.closed and papers.closed[number] <= day)
    )


def _until(sums: Counter[OnDay], bank_account: str, day: date) -> int:
    return sum(amount for (account, when), amount in sums.items() if account == bank_account and when <= day)
