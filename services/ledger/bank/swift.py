"""Read MT940 (SWIFT), the older statement of a bank, into neutral statements."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import mt940

from services.ledger.bank import fields
from services.ledger.bank.statement import Line, Problem, Statement, StatementRefusedError

_OPENING = ("final_opening_balance", "intermediate_opening_balance")
_CLOSING = ("final_closing_balance", "intermediate_closing_balance")
_OPTIONS = mt940.Options.all()
"""Among them: a reversed credit (RC) takes money out. Without it such statements do not add up."""


def read(data: bytes) -> tuple[Statement, ...]:
    """Read every statement of the file. Raises ``StatementRefusedError`` naming all that is unreadable."""
    try:
        # A handle, for the library opens the file that raw bytes happen to name.
        parsed = mt940.parse_statements(BytesIO(data), options=_OPTIONS)
    except (RuntimeError, ValueError, ArithmeticError, AssertionError, KeyError) as error:
        raise StatementRefusedError([Problem("GARBLED", "file", f"no readable MT940: {error}")]) from None
    if not parsed:
        raise StatementRefusedError([Problem("NO_STATEMENT", "file", "no MT940 statement in the file")])
    return tuple(_statement(transactions) for transactions in parsed)


def _statement(transactions: mt940.models.Transactions) -> Statement:
    found, problems = transactions.data, list[Problem]()
    opening = next((found[name] for name in _OPENING if found.get(name)), None)
    closing = next((found[name] for name in _CLOSING if found.get(name)), None)
    lines = tuple(_lines(transactions, problems))
    for name, balance in (("opening", opening), ("closing", closing)):
        if balance is None:
            problems.append(Problem("NO_BALANCE", name, f"the statement has no {name} balance"))
    if problems or opening is None or closing is None:
        raise StatementRefusedError(problems)
    sheet = found.get("sequence_number")
    return Statement(
        account=found.get("account_identification") or "",
        number="/".join(part for part in (found.get("statement_number"), sheet) if part),
        day=_plain(closing.date),
        currency=closing.amount.currency,
        opening=fields.exact_fen(opening.amount.amount),
        closing=fields.exact_fen(closing.amount.amount),
        lines=lines,
    )


def _lines(transactions: mt940.models.Transactions, problems: list[Problem]) -> Iterator[Line]:
    for n, transaction in enumerate(transactions, 1):
        found = transaction.data
        try:
            value = _plain(found["date"])
            yield Line(
                n=n,
                booked=_plain(found.get("entry_date") or value),
                value=value,
                amount=fields.exact_fen(found["amount"].amount),
                serial=found.get("bank_reference"),
                keys=fields.codes(
                    found.get(name) for name in ("customer_reference", "bank_reference", "end_to_end_reference")
                ),
                text=found.get("transaction_details") or found.get("purpose") or "",
            )
        except (ValueError, KeyError) as error:
            problems.append(Problem("GARBLED", f"line {n}", f"line {n} is garbled: {error}"))


def _plain(day: date) -> date:
    return date(day.year, day.month, day.day)
