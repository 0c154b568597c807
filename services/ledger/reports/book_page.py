"""账页: trial balance, account ledgers, bank's side, registers, budget, reserve and the public notice as tables."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.money import yuan
from services.ledger.decide.budget import Carried
from services.ledger.decide.notice import Notice
from services.ledger.decide.reconciliation import Reconciliation, Timing
from services.ledger.decide.reserve import Support
from services.ledger.decide.trial import Trial
from services.ledger.reports.table_page import Table
from services.ledger.store.lookup import Found

_SIDES = {"D": "借", "C": "贷"}
_WARNINGS = {None: "正常", "low": "结余不足", "high": "结余过多"}
_LINES = (("日期", 4), ("模板", 2), ("科目", 4), ("摘要", 6), ("借方（元）", 4), ("贷方（元）", 4))


def heading(book: str, since: date, until: date) -> str:
    """Say of which book and which days a page is."""
    return f"账套 {book}　期间 {since} 至 {until}　单位：元"


def trial(about: str, found: Trial) -> Table:
    """试算平衡表."""
    columns = (("科目", 4), ("名称", 6), ("方向", 1), ("期初余额", 4), ("借方", 4), ("贷方", 4), ("期末余额", 4))
    rows = [
        (row.account, row.name, _SIDES[row.direction], row.opening, row.debit, row.credit, row.closing)
        for row in found.rows
    ]
    total = ("合计", None, None, None, found.debit, found.credit, None)
    return Table("试算平衡表", [about], columns, [*rows, total])


def ledger(about: str, account: str, shown: Mapping[str, Any], lines: Sequence[Found]) -> Table:
    """明细账; balances are debit less credit."""
    held = f"科目 {account}　期初余额 {yuan(shown['opening'])}　期末余额 {yuan(shown['closing'])}（借方为正）"
    return Table("明细账", [about, held], _LINES, _rows(lines))


def register(about: str, title: str, lines: Sequence[Found]) -> Table:
    """台账."""
    columns = (*_LINES[:4], ("人员", 3), ("机构", 4), *_LINES[4:])
    people = [(line.person, line.provider) for line in lines]
    return Table(
        title, [about], columns, [(*row[:4], *who, *row[4:]) for row, who in zip(_rows(lines), people, strict=True)]
    )


def daybook(about: str, shown: Mapping[str, Any]) -> Table:
    """银行存款日记账."""
    columns = (("日期", 3), ("上日余额", 4), ("收入", 4), ("支出", 4), ("余额", 4))
    rows = [
        (str(row["day"]), row["previous"], row["receipts"], row["payments"], row["balance"]) for row in shown["days"]
    ]
    return Table("银行存款日记账", [f"{about}　账户 {shown['bank_account']}"], columns, rows)


def budget(about: str, lines: Sequence[Carried]) -> Table:
    """预算执行情况表."""
    columns = (("项目", 6), ("预算", 4), ("执行", 4), ("结余", 4), ("执行率", 2))
    rows = [(one.label, one.budget, one.actual, one.left, _percent(one.share_bp)) for one in lines]
    return Table("预算执行情况表", [about], columns, rows)


def notice(title: str, listed: Sequence[Notice]) -> Table:
    """公示: the monthly list of compensation that hangs in agency, township and village."""
    note = f"共 {len(listed)} 人次，合计 {yuan(sum(one.amount for one in listed))} 元。姓名与编号已作隐藏处理。"
    columns = (("日期", 3), ("姓名", 3), ("个人编号", 4), ("待遇", 3), ("金额（元）", 4))
    return Table(
        title, [note], columns, [(str(one.day), one.name, one.person, one.benefit, one.amount) for one in listed]
    )


def reconciliation(found: Reconciliation) -> Table:
    """银行存款余额调节表: from both balances to the same one, item by item."""
    about = f"账户 {found.bank_account}　日期 {found.day}　单位：元"
    columns = (("项目", 7), ("日期", 3), ("金额（元）", 4), ("说明", 6))
    rows: list[tuple[str | int | None, ...]] = [
        ("银行对账单余额", None, found.bank_balance, None),
        *(_timing("加：我方已记、银行未记", one) for one in found.timing if one.side == "book"),
        ("调节后银行余额", None, found.bank_balance + found.book_only, None),
        ("单位账面余额", None, found.book_balance, None),
        *(_timing("加：银行已记、我方未记", one) for one in found.timing if one.side == "bank"),
        ("调节后账面余额", None, found.book_balance + found.bank_only, None),
        ("差额", None, found.difference, "相符" if found.difference == 0 else "不符"),
    ]
    return Table("银行存款余额调节表", [about], columns, rows)


def reserve(about: str, found: Support) -> Table:
    """基金支撑能力: months of reserve beside the warning lines, and whether one is crossed."""
    rows = [
        ("累计结余", found.savings, None),
        (f"本年 1—{found.months} 月支出", found.spent, None),
        ("可支付月数", None, _months(found.support)),
        ("预警线：低于", None, _months(found.low)),
        ("预警线：高于", None, _months(found.high)),
        ("预警", None, _WARNINGS[found.warning]),
    ]
    return Table("基金支撑能力表", [about], (("项目", 6), ("金额（元）", 4), ("月数", 4)), rows)


def _timing(label: str, one: Timing) -> tuple[str | int | None, ...]:
    later = f"对方 {one.explained} 入账" if one.explained else "未说明"
    return f"{label} {one.item.ref}", str(one.item.day), one.item.amount, one.exception or later


def _months(hundredths: int | None) -> str:
    return "—" if hundredths is None else yuan(hundredths)


def _rows(lines: Sequence[Found]) -> list[tuple[str | int | None, ...]]:
    return [
        (
            str(line.business_date),
            line.template,
            line.account,
            line.summary,
            line.amount if line.side == "D" else None,
            line.amount if line.side == "C" else None,
        )
        for line in lines
    ]


def _percent(share_bp: int | None) -> str | None:
    return None if share_bp is None else f"{yuan(share_bp)}%"
