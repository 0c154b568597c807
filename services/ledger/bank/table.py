"""Read the plain CSV statement that domestic banks let one download: a head, a blank line, the lines."""

import csv
from collections.abc import Iterator, Mapping, Sequence

from services.ledger.bank import fields
from services.ledger.bank.statement import Line, Problem, Statement, StatementRefusedError, refusal

HEAD = ("account", "number", "day", "currency", "opening", "closing")
COLUMNS = ("serial", "booked", "value", "amount", "key", "text")


def read(data: bytes) -> tuple[Statement, ...]:
    """Read the one statement of the file (UTF-8 or GBK, amounts in yuan, out is negative).

    Raises ``StatementRefusedError`` naming all that is unreadable.
    """
    rows = _rows(data)
    end = next((n for n, row in enumerate(rows) if not any(row)), len(rows))
    problems: list[Problem] = []
    head = _head(rows[:end], problems)
    table = [row for row in rows[end:] if any(row)]
    if not table or tuple(table[0]) != COLUMNS:
        problems.append(Problem("NO_TABLE", "table", f"the columns are {', '.join(COLUMNS)}"))
        raise StatementRefusedError(problems)
    lines = tuple(_lines(table[1:], problems))
    money = {name: _field(head, name, problems) for name in ("opening", "closing")}
    if problems:
        raise refusal(problems, lines)
    try:
        day = fields.day(head["day"])
    except ValueError as error:
        raise StatementRefusedError([Problem("GARBLED", "day", f"day is garbled: {error}")]) from None
    return (
        Statement(head["account"], head["number"], day, head["currency"], money["opening"], money["closing"], lines),
    )


def _rows(data: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(_decode(data).splitlines(), strict=True))
    except csv.Error as error:
        raise StatementRefusedError([Problem("NOT_CSV", "file", f"no readable CSV: {error}")]) from None


def _head(rows: Sequence[Sequence[str]], problems: list[Problem]) -> dict[str, str]:
    """Read what stands in front of the lines, each name once; what a spreadsheet leaves empty behind it is no value."""
    head: dict[str, str] = {}
    for name, *values in ([cell.strip() for cell in row] for row in rows):
        filled = [value for value in values if value]
        if name in head:
            problems.append(Problem("DUPLICATE", name, f"the head says {name} twice"))
        elif len(filled) > 1:
            problems.append(Problem("GARBLED", name, f"{name} is garbled: {','.join(filled)!r} is more than one value"))
        head.setdefault(name, "".join(filled))
    problems += [Problem("MISSING", name, f"the head has no {name}") for name in HEAD if not head.get(name)]
    return head


def _lines(rows: list[list[str]], problems: list[Problem]) -> Iterator[Line]:
    for n, row in enumerate(rows, 1):
        try:
            serial, booked, value, amount, key, text = _cells(row)
            yield Line(
                n=n,
                booked=fields.day(booked),
                value=fields.day(value),
                amount=fields.fen(amount),
                serial=serial or None,
                keys=fields.codes((key, serial)),
                text=text,
            )
        except ValueError as error:
            problems.append(Problem("GARBLED", f"line {n}", f"line {n} is garbled: {error}"))


def _cells(row: Sequence[str]) -> list[str]:
    if len(row) != len(COLUMNS):
        raise ValueError(f"it has {len(row)} cells, not {len(COLUMNS)}")
    return [cell.strip() for cell in row]


def _field(head: Mapping[str, str], name: str, problems: list[Problem]) -> int:
    try:
        return fields.fen(head.get(name, "0"))
    except ValueError as error:
        problems.append(Problem("GARBLED", name, f"{name} is garbled: {error}"))
        return 0


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            problem = Problem("NOT_TEXT", "file", "the file is neither UTF-8 nor GBK")
            raise StatementRefusedError([problem]) from None
