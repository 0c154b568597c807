"""定点机构月报 as a workbook: amounts in yuan, shares in percent, a row for each provider and each book."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from services.adjudication.decide.supervision.report import Indicators

HEAD = {
    "book": "账套",
    "provider": "机构编码",
    "name": "机构名称",
    "level": "级别",
    "claims": "人次",
    "stays": "住院人次",
    "mean_stay": "次均住院费用",
    "total": "医疗总费用",
    "in_scope": "政策范围内费用",
    "basic": "基本医疗基金",
    "supplement": "补充医疗",
    "critical": "大病保险",
    "assistance": "医疗救助",
    "fund": "基金支付合计",
    "clawed_back": "其中已追回",
    "actual": "实际补偿比",
    "in_scope_ratio": "政策范围内补偿比",
    "drugs": "药品费用",
    "off_list_drugs": "目录外药品费用",
    "off_list_share": "目录外药品占比",
    "quota_cases": "单病种例数",
    "over_quota": "超定额例数",
    "over_quota_share": "超定额占比",
}
COUNTS = frozenset({"claims", "stays", "quota_cases", "over_quota"})
SHARES = frozenset({"actual", "in_scope_ratio", "off_list_share", "over_quota_share"})


def xlsx(title: str, rows: Sequence[Indicators]) -> bytes:
    """Write the report; a share of nothing is an empty cell."""
    import xlsxwriter  # noqa: PLC0415 - large, and seldom needed: not at start-up

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True})
    yuan, percent = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "0.00%"})
    sheet = book.add_worksheet("定点机构月报")
    sheet.set_column(0, len(HEAD) - 1, 16)
    sheet.write(0, 0, title, bold)
    sheet.write_row(2, 0, HEAD.values(), bold)
    for place, row in enumerate(rows, 3):
        for column, name in enumerate(HEAD):
            value = getattr(row, name)
            # names come from people: they are text, never formulas
            if isinstance(value, str):
                sheet.write_string(place, column, value)
            elif value is not None and name in COUNTS:
                sheet.write_number(place, column, value)
            elif value is not None and name in SHARES:
                sheet.write_number(place, column, Decimal(value).scaleb(-4), percent)
            elif value is not None:
                sheet.write_number(place, column, Decimal(value).scaleb(-2), yuan)
    book.close()
    return out.getvalue()
