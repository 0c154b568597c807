"""Whether a bank's statement fits the account that it is sent for, and what is kept of it."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.bank import BankLine, StatementFormat, StatementImported
from contracts.money import yuan
from services.ledger.bank.statement import Problem, Statement
from services.ledger.records import BankAccount, StatementHead

CURRENCY = "CNY"


class Days(NamedTuple):
    """The ledger's days: the open one, those that ended and wait for their seal, in order, and the last sealed one."""

    today: date
    waiting: Sequence[date]
    sealed: date | None


def misfits(statement: Statement, account: BankAccount, before: StatementHead | None, days: Days) -> Iterator[Problem]:
    """Give the reasons why a statement does not follow ``before`` as the next one of ``account``."""
    name = account.bank_account
    if statement.account not in (name, account.number):
        yield Problem("OTHER_ACCOUNT", "account", f"the statement is of {statement.account}, not of {name}")
    if statement.currency != CURRENCY:
        yield Problem("OTHER_CURRENCY", "currency", f"the statement is in {statement.currency}, not in {CURRENCY}")
    if statement.day > days.today:
        yield Problem("FUTURE_DAY", "day", f"the statement is of {statement.day}, and {days.today} is the open day")
    if days.sealed is not None and statement.day <= days.sealed:
        yield Problem("ALREADY_SEALED", "day", f"the days up to {days.sealed} are sealed")
    if statement.day < account.since:
        yield Problem("BEFORE_OPENING", "day", f"{name} was opened on {account.since}")
    had = account.since if before is None else before.day + timedelta(days=1)
    if skipped := next((day for day in days.waiting if had <= day < statement.day), None):
        # a statement that came in stays, and so would the gap: no day in it could ever be sealed
        yield Problem("DAY_SKIPPED", "day", f"the statement of {skipped} is not in yet; every day has its own")
    if before is not None and before.day >= statement.day:
        yield Problem("DAY_ALREADY_IN", "day", f"a statement of {name} up to {before.day} is in already")
    elif before is not None and before.closing != statement.opening:
        gap = yuan(statement.opening - before.closing)
        yield Problem(
            "DOES_NOT_FOLLOW",
            "opening",
            f"{name} closed {before.day} with {yuan(before.closing)} and opens with {yuan(statement.opening)}, "
            f"{gap} apart",
        )


def imported(statement: Statement, account: BankAccount, form: StatementFormat, file: bytes) -> StatementImported:
    """Keep what an event may hold: no names, no free text."""
    return StatementImported(
        bank_account=account.bank_account,
        book=account.book,
        day=statement.day,
        format=form,
        number=statement.number or statement.day.isoformat(),
        file_digest=hashlib.sha256(file).hexdigest(),
        opening=statement.opening,
        closing=statement.closing,
        lines=tuple(
            BankLine(n=n, booked=line.booked, value=line.value, amount=line.amount, serial=line.serial, keys=line.keys)
            for n, line in enumerate(statement.lines, 1)
        ),
    )
