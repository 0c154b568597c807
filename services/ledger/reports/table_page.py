"""表格: any list of the books on paper or as a workbook, each amount in yuan."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import escape
from io import BytesIO
from typing import NamedTuple

from contracts.money import yuan
from services.chassis.paper import pdf as printed
from services.chassis.sheet import Sheet

Cell = str | int | None
"""Text, or an amount in fen; None stays empty."""


class Table(NamedTuple):
    """A list to print: title, what stands under it, the heads of its columns with their relative widths, its rows."""

    title: str
    notes: Sequence[str]
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def pdf(table: Table) -> bytes:
    """Print a table."""
    amounts = frozenset(n for row in table.rows for n, cell in enumerate(row) if isinstance(cell, int))
    rows = [
        ["" if cell is None else yuan(cell) if isinstance(cell, int) else escape(cell) for cell in row]
        for row in table.rows
    ]
    heads, widths = [head for head, _ in table.columns], [width for _, width in table.columns]
    return printed(Sheet(escape(table.title), [escape(note) for note in table.notes], heads, rows, amounts, widths))


def xlsx(table: Table) -> bytes:
    """Write a table as a workbook: amounts are numbers in yuan with two decimals, all else is text, never a formula."""
    import xlsxwriter  # noqa: PLC0415 - large, and seldom needed: not at start-up

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet()
    sheet.set_column(0, len(table.columns), 18)
    sheet.write_string(0, 0, table.title, bold)
    for row, note in enumerate(table.notes, 1):
        sheet.write_string(row, 0, note)
    top = len(table.notes) + 2
    sheet.write_row(top, 0, [head for head, _ in table.columns], bold)
    for row, cells in enumerate(table.rows, top + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, column, Decimal(cell).scaleb(-2), money)
            elif cell is not None:
                sheet.write_string(row, column, cell)
    book.close()
    return out.getvalue()


WRITERS: Mapping[str, Callable[[Table], bytes]] = {"xlsx": xlsx, "pdf": pdf}
