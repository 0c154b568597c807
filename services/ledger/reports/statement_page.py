"""报表 on paper and as a workbook: the lines of a statement in their columns, in yuan, with their ties."""

from decimal import Decimal
from io import BytesIO
from itertools import zip_longest
from typing import NamedTuple

from contracts.money import yuan
from services.chassis.paper import pdf as printed
from services.chassis.sheet import Sheet
from services.ledger.decide.statements import Figure, Filled


class Heading(NamedTuple):
    """What stands above a statement."""

    book: str
    name: str
    period: str
    view: str

    def notes(self) -> list[str]:
        """Give the lines under the title."""
        return [f"编制单位：{self.name}（{self.book}）　期间：{self.period}　口径：{self.view}　单位：元"]


def rows_of(filled: Filled) -> list[tuple[Figure | None, ...]]:
    """Set the columns of a statement side by side, as it is printed."""
    columns = [
        [figure for figure in filled.figures if figure.column == column.id] for column in filled.statement.columns
    ]
    return list(zip_longest(*columns))


def pdf(filled: Filled, heading: Heading) -> bytes:
    """Print a statement."""
    head = [text for column in filled.statement.columns for text in (column.title, "金额")]
    rows = [[text for figure in row for text in _cells(figure)] for row in rows_of(filled)]
    amounts = frozenset(range(1, len(head), 2))
    notes = heading.notes() + [_tie(line) for line in _ties(filled)]
    return printed(Sheet(filled.statement.title, notes, head, rows, amounts, (5, 3) * len(filled.statement.columns)))


def xlsx(filled: Filled, heading: Heading) -> bytes:
    """Write a statement as a workbook: amounts are numbers in yuan with two decimals, ties on a second sheet."""
    import xlsxwriter  # noqa: PLC0415 - large, and seldom needed: not at start-up

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(filled.statement.title)
    sheet.set_column(0, 2 * len(filled.statement.columns), 24)
    sheet.write(0, 0, filled.statement.title, bold)
    sheet.write(1, 0, heading.notes()[0])
    for n, column in enumerate(filled.statement.columns):
        sheet.write(3, 2 * n, column.title, bold)
        sheet.write(3, 2 * n + 1, "金额", bold)
    for row, figures in enumerate(rows_of(filled), 4):
        for n, figure in enumerate(figures):
            if figure is not None:
                sheet.write(row, 2 * n, _label(figure))
                sheet.write_number(row, 2 * n + 1, _decimal(figure.amount), money)
    ties = book.add_worksheet("勾稽关系")
    for row, (label, difference) in enumerate(_ties(filled)):
        ties.write(row, 0, label)
        ties.write(row, 1, f"差额 {yuan(difference)} 元")
    book.close()
    return out.getvalue()


def text(filled: Filled, heading: Heading) -> str:
    """Write a statement as plain text for a terminal, Chinese characters counted as two columns wide."""
    lines = [filled.statement.title, heading.notes()[0]]
    for row in rows_of(filled):
        cells = [f"{_pad(_label(figure), 30)}{yuan(figure.amount):>20}" if figure else " " * 50 for figure in row]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *(_tie(line) for line in _ties(filled))])


def _cells(figure: Figure | None) -> tuple[str, str]:
    return ("", "") if figure is None else (_label(figure), yuan(figure.amount))


def _label(figure: Figure) -> str:
    return f"　{figure.label}" if figure.within else figure.label


def _ties(filled: Filled) -> list[tuple[str, int]]:
    return [(tie.label, tie.difference) for tie in filled.ties]


def _tie(line: tuple[str, int]) -> str:
    label, difference = line
    return f"勾稽：{label}　{'相符' if difference == 0 else f'不符，差 {yuan(difference)} 元'}"


def _decimal(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


def _pad(label: str, width: int) -> str:
    shown = sum(1 if character.isascii() else 2 for character in label)
    return label + " " * max(0, width - shown)
