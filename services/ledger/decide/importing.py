"""Whether a bank's statement fits the account that it is sent for, and what is kept of it."""

import hashlib
from collections.abc import Iterator
from datetime import date

from contracts.bank import BankLine, StatementFormat, StatementImported
from contracts.money import yuan
from services.ledger.bank.statement import Problem, Statement
from services.ledger.records import BankAccount, StatementHead

CURRENCY = "CNY"


def misfits(statement: Statement, account: BankAccount, before: StatementHead | None, today: date) -> Iterator[Problem]:
    """Give the reasons why a statement does not follow ``before`` as the next one of ``account``."""
    name = account.bank_account
    if statement.account not in (name, account.number):
        yield Problem("OTHER_ACCOUNT", "account", f"the statement is of {statement.account}, not of {name}")
    if statement.currency != CURRENCY:
        yield Problem("OTHER_CURRENCY", "currency", f"the statement is in {statement.currency}, not in {CURRENCY}")
    if statement.day > today:
        yield Problem("FUTURE_DAY", "day", f"the statement is of {statement.day}, and {today} is the open day")
    if statement.day < account.since:
        yield Problem("BEFORE_OPENING", "day", f"{name} was opened on {account.since}")
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
