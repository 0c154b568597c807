"""年终结转: at the end of a year income and expense are closed into the fund's surplus, by vouchers like any other."""

from collections.abc import Sequence
from datetime import date

from contracts.ledger import Voucher, VoucherLine
from services.ledger.decide.chart import Chart
from services.ledger.model import Balance

INTO_PERSONAL = ("4001-个人账户", "4401", "5001-个人账户", "5301")
"""职工: what belongs to the personal accounts is closed into 个人账户基金, all else into 统筹基金."""


def year_end(chart: Chart, book: str, balances: Sequence[Balance], day: date) -> tuple[Voucher, ...]:
    """Draw up the closing vouchers of a cash-basis book: T31 for income, T32 for expense; none where nothing moved.

    ``balances`` is all that moved up to the end of ``day``, earlier closing entries included.
    """
    income = _closing(chart, book, balances, "4")
    expense = _closing(chart, book, balances, "5")
    return tuple(
        Voucher(
            voucher=f"{book}-{template}-{day.year}",
            book=book,
            template=template,
            incurred_on=day,
            summary=f"{day.year} 年{chart.by_template[template].title}",
            corrects=None,
            corrects_day=None,
            lines=lines,
            attachments=(),
        )
        for template, lines in (("T31", income), ("T32", expense))
        if lines
    )


def _closing(chart: Chart, book: str, balances: Sequence[Balance], kind: str) -> tuple[VoucherLine, ...]:
    into: dict[str, int] = {}
    lines = []
    for balance in balances:
        if balance.account.startswith(kind) and balance.signed != 0:
            lines.append(_line(balance.account, -balance.signed))
            surplus = _surplus(chart, book, balance.account)
            into[surplus] = into.get(surplus, 0) + balance.signed
    lines += [_line(account, amount) for account, amount in sorted(into.items()) if amount != 0]
    return tuple(lines)


def _surplus(chart: Chart, book: str, account: str) -> str:
    if chart.family(book) != "employee":
        return "3001"
    return "3001-个人账户基金" if account in INTO_PERSONAL else "3001-统筹基金"


def _line(account: str, signed: int) -> VoucherLine:
    """Debit a positive amount, credit a negative one."""
    return VoucherLine(
        account=account,
        side="D" if signed > 0 else "C",
        amount=abs(signed),
        person=None,
        provider=None,
        batch=None,
        bank_key=None,
        claim=None,
    )
