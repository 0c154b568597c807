"""记账凭证: what a person may propose to book by hand, drawn up from a template, from free lines, or in red."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.attachments import Attachments
from contracts.envelope import Part
from contracts.ledger import LAPSED, RECOVERED, VOUCHER_LINES, Voucher, VoucherLine
from contracts.money import Fen
from contracts.text import BookCode, Code, Day, Text
from services.ledger.decide.chart import Case, Chart
from services.ledger.decide.templates import line_rules
from services.ledger.model import Balance, Entry

FREE = "FREE"
"""Free lines (自由分录): for the role that may, where no template fits."""

RED = "RED"
"""红字更正: takes an entry back."""

CLOSING = ("T31", "T32")
"""年终结转: drawn up from the balances of the year, never by hand."""


OWED = "M应付待遇"
"""What a claim is owed, in the memo register; what is to come back for it stands on the debit side."""

SENT_BACK = "2001-退票待付"
"""What the bank sent back and is held for a claim, on the credit side."""


class VoucherRefusedError(Exception):
    """A voucher that cannot be drawn up: a stable ``code``, the ``field`` and a sentence."""

    def __init__(self, code: str, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.field = field
        self.sentence = sentence


class About(Part):
    """辅助核算: whom the lines concern, and the key under which the bank shows the money."""

    person: Code | None = None
    provider: Code | None = None
    batch: Code | None = None
    bank_key: Code | None = None
    claim: Code | None = None


class VoucherOrder(Part):
    """What the maker asks for: a template with an amount and its choices, or ``FREE`` with lines."""

    book: BookCode
    template: Code
    amount: Fen | None = None
    choices: Annotated[dict[Code, Text], Field(max_length=8, default_factory=dict)]
    about: About = About()
    incurred_on: Day | None = None
    summary: Text | None = None
    lines: Annotated[tuple[VoucherLine, ...], Field(max_length=VOUCHER_LINES)] = ()
    attachments: Attachments = ()


class CorrectionOrder(Part):
    """红字更正: the number of the entry to take back, and why."""

    entry: UUID
    summary: Text
    attachments: Attachments = ()


def draw_up(order: VoucherOrder, chart: Chart, number: str, day: date) -> Voucher:
    """Draw up the voucher that an order asks for. Raises ``VoucherRefusedError``."""
    try:
        family = chart.family(order.book)
    except KeyError:
        raise VoucherRefusedError("UNKNOWN_BOOK", "book", f"the chart has no book {order.book}") from None
    if order.incurred_on is not None and order.incurred_on > day:
        sentence = f"{order.incurred_on} lies after the business day {day}; nothing has happened on it yet"
        raise VoucherRefusedError("DATE_IN_FUTURE", "incurred_on", sentence)
    if family == "memo":
        raise VoucherRefusedError("MEMO_BOOK", "book", "the memo register follows events; nobody writes in it")
    if order.template == FREE:
        title, lines = "自由分录", _free_lines(order)
    else:
        template = chart.by_template.get(order.template)
        cases = [case for case in template.cases if case.event == "manual"] if template else []
        case = next((case for case in cases if not case.families or family in case.families), None)
        if template is None or case is None:
            sentence = f"no template {order.template} is booked by hand in {order.book}"
            raise VoucherRefusedError("UNKNOWN_TEMPLATE", "template", sentence)
        title, lines = template.title, _template_lines(order, chart, case)
    return Voucher(
        voucher=number,
        book=order.book,
        template=order.template,
        incurred_on=order.incurred_on or day,
        summary=order.summary or title,
        corrects=None,
        corrects_day=None,
        lines=lines,
        attachments=order.attachments,
    )


def take_back(entry: Entry, order: CorrectionOrder, number: str, day: date) -> Voucher:
    """Draw up the red voucher that takes an entry back: its lines with their signs turned."""
    if entry.corrects is not None:
        raise VoucherRefusedError("IS_A_CORRECTION", "entry", f"{entry.id} is itself a correction; book anew instead")
    if entry.book.endswith("-memo"):
        raise VoucherRefusedError("MEMO_BOOK", "entry", "the memo register follows events; nobody corrects it")
    if entry.template in CLOSING:
        sentence = "a closing entry follows from the year; correct what it closed, and close the year again"
        raise VoucherRefusedError("CLOSING_ENTRY", "entry", sentence)
    lines = tuple(
        VoucherLine(
            account=line.account,
            side="D" if line.side == "D" else "C",
            amount=-line.amount,
            person=line.person,
            provider=line.provider,
            batch=line.batch,
            bank_key=line.bank_key,
            claim=line.claim,
        )
        for line in entry.lines
    )
    return Voucher(
        voucher=number,
        book=entry.book,
        template=RED,
        incurred_on=day,
        summary=order.summary,
        corrects=entry.id,
        corrects_day=entry.business_date,
        corrects_template=entry.template,
        lines=lines,
        attachments=order.attachments,
    )


def recovered_claim(voucher: Voucher) -> str | None:
    """Give the claim for which a voucher books what came back; None for a voucher that books something else."""
    return voucher.lines[0].claim if voucher.template in RECOVERED else None


def lapsed_claim(voucher: Voucher) -> str | None:
    """Give the claim of which a voucher books that it is never paid again; None for a voucher of something else.

    Raises ``VoucherRefusedError`` CLAIM_MISSING.
    """
    if voucher.template not in LAPSED:
        return None
    claim = voucher.lines[0].claim
    if claim is None:
        sentence = "say for which claim nothing is paid any more; payment would pay it again"
        raise VoucherRefusedError("CLAIM_MISSING", "about.claim", sentence)
    return claim


def short_of(voucher: Voucher, balances: list[Balance], chart: Chart) -> list[str]:
    """I-E: list the bank accounts that this voucher would leave below zero, given all movements so far."""
    after = {balance.account: balance.signed for balance in balances}
    moved = {line.account for line in voucher.lines if line.account in chart.bank_suffix}
    for line in voucher.lines:
        after[line.account] = after.get(line.account, 0) + (line.amount if line.side == "D" else -line.amount)
    return sorted(account for account in moved if after[account] < 0)


def _free_lines(order: VoucherOrder) -> tuple[VoucherLine, ...]:
    for field in ("amount", "choices", "about"):
        if getattr(order, field) != VoucherOrder.model_fields[field].get_default(call_default_factory=True):
            raise VoucherRefusedError("NOT_FOR_FREE_LINES", field, f"free lines say all themselves; leave {field} out")
    if len(order.lines) < 2:
        raise VoucherRefusedError("LINES_MISSING", "lines", "a voucher has at least two lines")
    return order.lines


def _template_lines(order: VoucherOrder, chart: Chart, case: Case) -> tuple[VoucherLine, ...]:
    if order.lines:
        raise VoucherRefusedError("LINES_GIVEN", "lines", f"template {order.template} makes the lines itself")
    if not order.amount:
        raise VoucherRefusedError("AMOUNT_MISSING", "amount", f"template {order.template} needs an amount above zero")
    for slot, allowed in case.choose.items():
        if order.choices.get(slot) not in allowed:
            sentence = f"choose {slot} from {', '.join(allowed)}"
            raise VoucherRefusedError("CHOICE_MISSING", f"choices.{slot}", sentence)
    if unknown := sorted(order.choices.keys() - case.choose.keys()):
        sentence = f"template {order.template} leaves no choice of {unknown[0]}"
        raise VoucherRefusedError("UNKNOWN_CHOICE", f"choices.{unknown[0]}", sentence)
    about = order.about
    return tuple(
        VoucherLine(
            account=rule.account,
            side="D" if rule.side == "D" else "C",
            amount=rule.sign * order.amount,
            person=about.person,
            provider=about.provider,
            batch=about.batch,
            bank_key=about.bank_key if rule.keyed else None,
            claim=about.claim,
        )
        for rule in line_rules(chart, order.book, case, dict(order.choices))
    )
