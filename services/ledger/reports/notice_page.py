"""公示 on paper and as a workbook: the monthly list of compensation that hangs in agency, township and village."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from io import BytesIO

from contracts.money import yuan
from services.chassis.paper import Sheet
from services.chassis.paper import pdf as printed
from services.ledger.decide.notice import Notice

HEAD = ("日期", "姓名", "个人编号", "待遇", "金额（元）")


def pdf(title: str, listed: Sequence[Notice]) -> bytes:
    """Print the list."""
    rows = [(str(one.day), escape(one.name), one.person, one.benefit, yuan(one.amount)) for one in listed]
    notes = [f"共 {len(listed)} 人次，合计 {yuan(sum(one.amount for one in listed))} 元。姓名与编号已作隐藏处理。"]
    return printed(Sheet(title, notes, HEAD, rows, frozenset({4}), (3, 3, 4, 3, 4)))


def xlsx(title: str, listed: Sequence[Notice]) -> bytes:
    """Write the list as a workbook."""
    import xlsxwriter  # noqa: PLC0415 - large, and seldom needed: not at start-up

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet("公示")
    sheet.set_column(0, len(HEAD), 18)
    sheet.write(0, 0, title)
    sheet.write_row(2, 0, HEAD)
    for row, one in enumerate(listed, 3):
        # names come from people: they are text, never formulas
        for column, text in enumerate((str(one.day), one.name, one.person, one.benefit)):
            sheet.write_string(row, column, text)
        sheet.write_number(row, 4, Decimal(one.amount).scaleb(-2), money)
    book.close()
    return out.getvalue()
