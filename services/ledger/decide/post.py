"""记账: what an event books, and nothing else decides it; the journal is a function of the history."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from contracts.catalogue import SAYS, parse
from contracts.envelope import Body, Event
from contracts.ids import entry_id
from contracts.ledger import Voucher, VoucherApproved, VoucherLine
from services.ledger.decide.chart import Chart, chart_of
from services.ledger.decide.charts import Charts
from services.ledger.decide.facts import Analysis, Facts, facts_of
from services.ledger.decide.invariants import Verdicts
from services.ledger.decide.templates import Rule, Templates
from services.ledger.model import Entry, Line, Posted, PostingRefusedError

SOURCES = {body.KIND: service for service, says in SAYS.items() for body in says}
"""Which service says a kind (``DayEnded``, which all say, is never booked)."""


def post(event: Event, chart: Chart) -> tuple[Entry, ...]:
    """Give the entries that an event books under a chart; none for kinds that touch no book.

    Raises ``PostingRefusedError`` where the chart has no case for it, where the lines do not balance, or where a
    bank account would receive or pay what it may not.
    """
    return post_body(event, parse(event), chart).entries


def post_body(event: Event, body: Body, chart: Chart) -> Posted:
    """Book an event whose body is read already; with what it counts for in the control totals of its day."""
    book, amount = body.control()
    desk = _desk(chart.content)
    voucher = body.voucher if event.kind == VoucherApproved.KIND and isinstance(body, VoucherApproved) else None
    if voucher is None and not desk.templates.books(event.kind):
        return Posted(event, book, amount, ())
    entries: list[Entry] = []
    counted = 0
    if voucher is not None:
        entries.append(_from_voucher(event, voucher, chart))
        counted = entries[0].moved()
    for facts in facts_of(body):
        for rule in desk.rules(event, book, facts):
            entry = _from_rule(event, rule, facts)
            if entry is not None:
                entries.append(entry)
                counted += entry.debits() if rule.control else 0
    for entry in entries:
        desk.verdicts.check(entry)
    return Posted(event, book, counted, tuple(entries))


def post_in_force(event: Event, body: Body, charts: Charts) -> Posted:
    """Book an event under the chart in force on its day; where that one refuses, under the first later one that does.

    So what waited for a mended chart is booked at once, and a replay finds the same chart from the log alone, whenever
    the event came in. Raises ``PostingRefusedError`` as the newest chart refuses.
    """
    *earlier, newest = charts.since(event.business_date)
    for chart in earlier:
        try:
            return post_body(event, body, chart)
        except PostingRefusedError:
            continue
    return post_body(event, body, newest)


def dry_run(voucher: Voucher, chart: Chart) -> None:
    """Hold a voucher against all that posting would. Raises ``PostingRefusedError``."""
    lines = tuple(_voucher_line(line, voucher.book, chart) for line in voucher.lines)
    day = voucher.incurred_on
    nobody = UUID(int=0)
    _desk(chart.content).verdicts.check(
        Entry(
            nobody,
            voucher.book,
            day,
            day,
            voucher.template,
            nobody,
            "",
            "",
            0,
            voucher.summary,
            voucher.corrects,
            lines,
        )
    )


class _Desk:
    """What is prepared once per chart."""

    def __init__(self, chart: Chart) -> None:
        self.templates = Templates(chart)
        self.verdicts = Verdicts(chart)

    def rules(self, event: Event, book: str, facts: Facts) -> Sequence[Rule]:
        """Find the rules, or refuse: money that moved must be booked, and no case says how."""
        try:
            rules = self.templates.rules(event.kind, book, facts.words)
        except KeyError as unknown:
            raise PostingRefusedError("UNKNOWN_BOOK", f"the chart has no book for {book} ({unknown})") from None
        if not rules and event.kind != VoucherApproved.KIND:
            words = ", ".join(f"{word} {value}" for word, value in facts.words)
            raise PostingRefusedError("NO_TEMPLATE", f"no template books {event.kind} in {book} with {words}")
        return rules


@lru_cache(maxsize=16)
def _desk(content: str) -> _Desk:
    return _Desk(chart_of(content))


def _from_rule(event: Event, rule: Rule, facts: Facts) -> Entry | None:
    """Make the entry of a rule, leaving out lines of no amount; None when nothing is left."""
    person, provider, batch, bank_key, claim = facts.analysis
    lines = []
    for side, account, sign, name, bank, keyed in rule.lines:
        amount = facts.amounts[name]
        if amount == 0:
            continue
        if bank is not None and facts.bank_account not in (None, bank):
            sentence = f"{rule.title} of {rule.book} moves {bank}, not {facts.bank_account}"
            raise PostingRefusedError("WRONG_BANK_ACCOUNT", sentence)
        key = bank_key if keyed else None
        lines.append(Line(account, side, sign * amount, person, provider, batch, bank, key, claim))
    if not lines:
        return None
    about = claim or person
    summary = rule.title if about is None else f"{rule.title} {about}"
    return _entry(event, rule.book, rule.template, facts, summary, None, tuple(lines))


def _from_voucher(event: Event, voucher: Voucher, chart: Chart) -> Entry:
    """Book a voucher as it stands."""
    lines = tuple(_voucher_line(line, voucher.book, chart) for line in voucher.lines)
    facts = Facts(0, (), {}, Analysis(), voucher.incurred_on)
    return _entry(event, voucher.book, voucher.template, facts, voucher.summary, voucher.corrects, lines)


def _voucher_line(line: VoucherLine, book: str, chart: Chart) -> Line:
    """Book a line of a voucher; the bank account follows from the cash account."""
    return Line(
        line.account,
        line.side,
        line.amount,
        line.person,
        line.provider,
        line.batch,
        chart.bank_account(book, line.account),
        line.bank_key,
        line.claim,
    )


def _entry(
    event: Event,
    book: str,
    template: str,
    facts: Facts,
    summary: str,
    corrects: UUID | None,
    lines: tuple[Line, ...],
) -> Entry:
    return Entry(
        entry_id(event.id, template, book, facts.n),
        book,
        event.business_date,
        facts.incurred_on or event.business_date,
        template,
        event.id,
        SOURCES[event.kind],
        event.kind,
        facts.n,
        summary,
        corrects,
        lines,
    )
