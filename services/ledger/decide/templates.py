"""分录模板: find the cases of the chart that book a thing, with their slots filled in."""

from collections.abc import Iterator
from typing import NamedTuple

from services.ledger.decide.chart import Case, Chart
from services.ledger.decide.facts import Words


class LineRule(NamedTuple):
    """One line to make: ``sign`` is -1 for a red line; ``amount`` names one of the amounts of the facts.

    ``bank`` is the bank account behind the account; ``keyed`` lines carry the key under which the bank shows them.
    """

    side: str
    account: str
    sign: int
    amount: str
    bank: str | None
    keyed: bool


class Rule(NamedTuple):
    """A case of a template, ready to make an entry in ``book``."""

    template: str
    title: str
    book: str
    control: bool
    lines: tuple[LineRule, ...]


class Templates:
    """The cases of a chart by event, remembered by what they were asked for. A cache, no state."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._cases: dict[str, list[tuple[str, str, Case]]] = {}
        self._found: dict[tuple[str, str, Words], tuple[Rule, ...]] = {}
        for template in chart.templates:
            for case in template.cases:
                self._cases.setdefault(case.event, []).append((template.id, template.title, case))

    def books(self, kind: str) -> bool:
        """Tell whether events of this kind are booked at all."""
        return kind in self._cases

    def rules(self, kind: str, book: str, words: Words) -> tuple[Rule, ...]:
        """Find what an event of this kind, for this book and with these words, books. Maybe nothing.

        Raises ``KeyError`` for a book of a scheme that the chart does not know.
        """
        key = (kind, book, words)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(self._matching(kind, book, words))
        return found

    def _matching(self, kind: str, book: str, words: Words) -> Iterator[Rule]:
        area, scheme = book.split("-")[:2]
        known = dict(words) | {"scheme": scheme, "family": self._chart.family(book)}
        known["payer_fund"] = self._chart.by_scheme[scheme].payer
        books = {"own": book, "memo": f"{area}-{scheme}-memo", "assistance": f"{area}-610"}
        for template, title, case in self._cases.get(kind, ()):
            if all(known.get(word) in wanted for word, wanted in case.words.items()):
                slots = known | slots_of(self._chart, known)
                target = books[case.book]
                yield Rule(template, title, target, case.control, line_rules(self._chart, target, case, slots))


def slots_of(chart: Chart, words: dict[str, str]) -> dict[str, str]:
    """Fill the slots that take the name of a word (``care`` from ``kind``)."""
    return {name.slot: name.is_[words[name.word]] for name in chart.names if words.get(name.word) in name.is_}


def line_rules(chart: Chart, book: str, case: Case, slots: dict[str, str]) -> tuple[LineRule, ...]:
    """Read the lines of a case, slots filled. Raises ``KeyError`` for a slot without a word."""
    rules = []
    for text in case.lines:
        side, pattern, amount = text.split(" ")
        account = pattern.format_map(slots)
        sign = -1 if amount.startswith("-") else 1
        bank = chart.bank_account(book, account)
        keyed = any(account == purpose.account for purpose in chart.purposes)
        rules.append(LineRule(side, account, sign, amount.removeprefix("-"), bank, keyed))
    return tuple(rules)
