"""对账勾对: lay the bank's lines beside ours and pair what is the same money, surest rule first."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations, islice
from typing import Literal, NamedTuple

from contracts.bank import Match
from services.ledger.records import Item

CANDIDATES = 24
"""How many open items a sum is sought among: beyond that the search would be endless."""


class Rule(NamedTuple):
    """One matching rule (matching.yaml): by key, or by amount with up to ``parts`` items for one."""

    name: str
    kind: Literal["key", "amount"]
    drift: int
    parts: int
    auto: bool


class Matched(NamedTuple):
    """What the rules are sure of, and what they only suggest to a person."""

    matches: tuple[Match, ...]
    suggestions: tuple[Match, ...]


def match(bank: Sequence[Item], book: Sequence[Item], rules: Sequence[Rule]) -> Matched:
    """Apply the rules in order, each to what the sure ones before it left open. Deterministic."""
    matches: list[Match] = []
    suggestions: list[Match] = []
    for rule in rules:
        found = tuple(_FINDERS[rule.kind](bank, book, rule))
        if rule.auto:
            sure = _undisputed(found)
            matches += sure
            bank, book = _without(bank, book, sure)
        else:
            suggestions += found
    return Matched(tuple(matches), tuple(dict.fromkeys(suggestions)))


def fits(rule: Rule, bank: Sequence[Item], book: Sequence[Item]) -> bool:
    """Tell whether a rule may have been sure of these; not whether something else had a claim on them as well."""
    items = [*bank, *book]
    if not (rule.auto and items and _total(bank) == _total(book)):
        return False
    if rule.kind == "key":
        return _near(items, rule.drift) and bool(set.intersection(*(set(item.keys) for item in items)))
    one, parts = sorted((bank, book), key=len)
    return len(one) == 1 and len(parts) <= rule.parts and all(_near([*one, part], rule.drift) for part in parts)


def _by_key(bank: Sequence[Item], book: Sequence[Item], rule: Rule) -> Iterator[Match]:
    """Take everything under one key together, when both sides come to the same sum (n:m)."""
    ours: defaultdict[str, list[Item]] = defaultdict(list)
    for item in book:
        for key in item.keys:
            ours[key].append(item)
    theirs: defaultdict[str, list[Item]] = defaultdict(list)
    for item in bank:
        if known := [key for key in item.keys if key in ours]:
            theirs[known[0]].append(item)
    for key in sorted(ours):
        left, right = theirs.get(key, []), ours[key]
        if _total(left) == _total(right) and _near(left + right, rule.drift):
            yield _pair(rule, left, right)


def _by_amount(bank: Sequence[Item], book: Sequence[Item], rule: Rule) -> Iterator[Match]:
    """Pair one item with one, or with up to ``parts`` of the other side; only where it has a single answer."""
    if rule.parts == 1:
        yield from _one_to_one(bank, book, rule)
        return
    for line in bank:
        if parts := _only(line, book, rule):
            yield _pair(rule, [line], parts)
    for item in book:
        parts = _only(item, bank, rule)
        if len(parts) > 1:
            yield _pair(rule, parts, [item])


def _one_to_one(bank: Sequence[Item], book: Sequence[Item], rule: Rule) -> Iterator[Match]:
    ours: defaultdict[int, list[Item]] = defaultdict(list)
    for item in book:
        ours[item.amount].append(item)
    for line in bank:
        near = (item for item in ours[line.amount] if _near([line, item], rule.drift))
        if len(found := list(islice(near, 2))) == 1:
            yield _pair(rule, [line], found)


def _undisputed(found: Sequence[Match]) -> list[Match]:
    """Keep the matches that share no item with another one: where two lay claim, a person decides."""
    claims = Counter((side, ref) for one in found for side, refs in _sides(one) for ref in refs)
    return [one for one in found if all(claims[side, ref] == 1 for side, refs in _sides(one) for ref in refs)]


def _sides(one: Match) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("bank", one.bank), ("book", one.book)


def _only(item: Item, others: Sequence[Item], rule: Rule) -> list[Item]:
    """Give the one set of others that adds up to the item, or nothing when there is none or a choice."""
    sign, drift = (1 if item.amount > 0 else -1), timedelta(days=rule.drift)
    near = (
        other
        for other in others
        if 0 < other.amount * sign <= item.amount * sign and abs(item.day - other.day) <= drift
    )
    candidates = list(islice(near, CANDIDATES + 1))
    return [] if len(candidates) > CANDIDATES else _sum(candidates, item.amount, rule.parts)


def _sum(items: Sequence[Item], amount: int, parts: int) -> list[Item]:
    """Give the only ``parts`` items, or fewer, that come to an amount: every sum of one half, looked up in the other.

    There are 190,000 ways to take up to six of 24, and 2,500 of 12.
    """
    half = len(items) // 2
    first: defaultdict[int, list[Sequence[Item]]] = defaultdict(list)
    for some in _some(items[:half], parts):
        first[_total(some)].append(some)
    found: list[Item] = []
    for some in _some(items[half:], parts):
        for others in first.get(amount - _total(some), ()):
            if len(others) + len(some) <= parts:
                if found:
                    return []
                found = [*others, *some]
    return found


def _some(items: Sequence[Item], parts: int) -> Iterator[Sequence[Item]]:
    """Take none, one, and so on up to ``parts`` items, in every way."""
    for size in range(parts + 1):
        yield from combinations(items, size)


def _pair(rule: Rule, bank: Sequence[Item], book: Sequence[Item]) -> Match:
    return Match(
        rule=rule.name,
        bank=tuple(sorted(item.ref for item in bank)),
        book=tuple(sorted(item.ref for item in book)),
        amount=_total(book),
    )


def _without(bank: Sequence[Item], book: Sequence[Item], matches: Sequence[Match]) -> tuple[list[Item], list[Item]]:
    taken_bank = {ref for found in matches for ref in found.bank}
    taken_book = {ref for found in matches for ref in found.book}
    return [i for i in bank if i.ref not in taken_bank], [i for i in book if i.ref not in taken_book]


def _total(items: Sequence[Item]) -> int:
    return sum(item.amount for item in items)


def _near(items: Sequence[Item], drift: int) -> bool:
    days = [item.day for item in items]
    return (max(days) - min(days)).days <= drift


_Finder = Callable[[Sequence[Item], Sequence[Item], Rule], Iterator[Match]]
_FINDERS: Mapping[str, _Finder] = {"key": _by_key, "amount": _by_amount}
