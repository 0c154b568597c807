"""记账凭证 on paper: the lines, the amount in RMB capitals, who made and who checked it, and what is attached."""

from html import escape

from contracts.money import yuan
from services.chassis.paper import pdf as printed
from services.chassis.sheet import Sheet
from services.ledger.decide.capitals import capitals
from services.ledger.decide.chart import Chart
from services.ledger.store.vouchers import Kept

_STATUS = {"proposed": "待复核", "approved": "已复核", "rejected": "已退回"}


def pdf(kept: Kept, chart: Chart, number: int | None) -> bytes:
    """Print a voucher; its ``number`` in the month of its book is known once the day that booked it is sealed."""
    voucher = kept.voucher
    notes = [
        f"凭证号 {_numbered(kept, number)}　制单号 {voucher.voucher}",
        f"账套 {voucher.book}　业务日期 {voucher.incurred_on}　模板 {voucher.template}",
        f"摘要：{escape(voucher.summary)}",
        f"金额（大写）：{capitals(voucher.amount())}",
        f"制单 {kept.maker}　复核 {kept.checker or '—'}　状态 {_STATUS[kept.status]}",
    ]
    if voucher.corrects is not None:
        notes.append(f"红字更正：冲销 {voucher.corrects_day} 凭证 {voucher.corrects}")
    notes += [f"附件：{escape(paper.name)}　{paper.digest[:16]}…" for paper in voucher.attachments]
    rows = [
        (
            line.account,
            chart.listed(line.account).name,
            yuan(line.amount) if line.side == "D" else "",
            yuan(line.amount) if line.side == "C" else "",
        )
        for line in voucher.lines
    ]
    head = ("科目", "名称", "借方（元）", "贷方（元）")
    return printed(Sheet("记账凭证", notes, head, rows, frozenset({2, 3}), (3, 5, 3, 3)))


def _numbered(kept: Kept, number: int | None) -> str:
    if number is None or kept.decided is None:
        return "未编号"
    return f"{kept.decided:%Y} 年 {kept.decided:%m} 月 记字第 {number} 号"
