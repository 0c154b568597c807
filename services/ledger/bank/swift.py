"""Read MT940 (SWIFT), the older statement of a bank, into neutral statements."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import mt940

from services.ledger.bank import fields
from services.ledger.bank.statement import Line, Problem, Statement, StatementRefusedError, one_currency, refusal

_OPENING = ("final_opening_balance", "intermediate_opening_balance")
_CLOSING = ("final_closing_balance", "intermediate_closing_balance")
_OPTIONS = mt940.Options.all()
"""Among them: a reversed credit (RC) takes money out. Without it such statements do not add up."""

# the library logs every line that it cannot read, with the names of payers and payees in it
logging.getLogger(mt940.__name__).setLevel(logging.CRITICAL)


def read(data: bytes) -> tuple[Statement, ...]:
    """Read every statement of the file. Raises ``StatementRefusedError`` naming all that is unreadable."""
    try:
        # A handle, for the library opens the file that raw bytes happen to name.
        parsed = mt940.parse_statements(BytesIO(data), options=_OPTIONS)
    except (RuntimeError, ValueError, ArithmeticError, AssertionError, KeyError) as error:
        raise StatementRefusedError([_unreadable(error)]) from None
    if not parsed:
        raise StatementRefusedError([Problem("NO_STATEMENT", "file", "no MT940 statement in the file")])
    return tuple(_joined(parsed))


def _joined(parsed: Sequence[mt940.models.Transactions]) -> Iterator[Statement]:
    """Lay the sheets of a statement together: where one closes with 62M, the next one opens with 60M and goes on."""
    whole: Statement | None = None
    for transactions in parsed:
        sheet, found = _statement(transactions), transactions.data
        if (whole is None) != (_OPENING[0] in found) or not _goes_on(whole, sheet):
            raise StatementRefusedError([_sheet_missing(sheet)])
        whole = sheet if whole is None else _with(whole, sheet)
        if _CLOSING[0] in found:
            yield whole
            whole = None
    if whole is not None:
        raise StatementRefusedError([_sheet_missing(whole)])


def _goes_on(whole: Statement | None, sheet: Statement) -> bool:
    return whole is None or (whole.account, whole.currency, whole.closing) == (
        sheet.account,
        sheet.currency,
        sheet.opening,
    )


def _with(whole: Statement, sheet: Statement) -> Statement:
    lines = tuple(line._replace(n=n) for n, line in enumerate((*whole.lines, *sheet.lines), 1))
    return whole._replace(day=sheet.day, closing=sheet.closing, lines=lines)


def _sheet_missing(sheet: Statement) -> Problem:
    return Problem("INCOMPLETE", f"sheet {sheet.number}", f"a sheet before or after {sheet.number} is not in the file")


def _statement(transactions: mt940.models.Transactions) -> Statement:
    found, problems = transactions.data, list[Problem]()
    lines = tuple(_lines(transactions, problems))
    opening = _balance(found, "opening", _OPENING, problems)
    closing = _balance(found, "closing", _CLOSING, problems)
    problems += one_currency(balance[2] for balance in (opening, closing) if balance)
    if problems or opening is None or closing is None:
        raise refusal(problems, lines)
    sheet = found.get("sequence_number")
    return Statement(
        account=found.get("account_identification") or "",
        number="/".join(part for part in (found.get("statement_number"), sheet) if part),
        day=closing[0],
        currency=closing[2],
        opening=opening[1],
        closing=closing[1],
        lines=lines,
    )


def _unreadable(error: Exception) -> Problem:
    """Name the field that is garbled, as far as the library tells."""
    match error.args:
        case (_, mt940.tags.Tag(id=field), str(value)):
            first = value.partition("\n")[0]
            return Problem("GARBLED", f":{field}:", f"the field :{field}: is garbled: {first!r}")
    return Problem("GARBLED", "file", f"no readable MT940: {error}")


def _balance(
    found: Mapping[str, Any], name: str, kinds: tuple[str, ...], problems: list[Problem]
) -> tuple[date, int, str] | None:
    balance = next((found[kind] for kind in kinds if found.get(kind)), None)
    if balance is None:
        problems.append(Problem("NO_BALANCE", name, f"the statement has no {name} balance"))
        return None
    try:
        return _plain(balance.date), fields.exact_fen(balance.amount.amount), balance.amount.currency
    except ValueError as error:
        problems.append(Problem("GARBLED", name, f"the {name} balance is garbled: {error}"))
        return None


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
