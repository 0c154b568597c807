"""日结检查: whether a day may be sealed; if not, everything that is missing is named at once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, get_args

from contracts.days import Source
from contracts.envelope import SHARDS
from contracts.money import yuan
from contracts.parked import GivenUp
from services.ledger.decide.invariants import Finding
from services.ledger.decide.reconciliation import Reconciliation
from services.ledger.records import Control

SOURCES: tuple[Source, ...] = get_args(Source)


class Missing(NamedTuple):
    """One thing that keeps a day open: a stable code, where, and a sentence."""

    code: str
    where: str
    sentence: str


class Difference(NamedTuple):
    """Two figures that must be equal and are not: which, and both in fen."""

    book: str
    what: str
    left: int
    right: int


class BankFacts(NamedTuple):
    """One bank account's part of the day: its reconciliation, or why there is none."""

    bank_account: str
    opened: bool
    reconciliation: Reconciliation | None
    opening: int
    previous_closing: int | None


class Expired(NamedTuple):
    """An exception that outlived its day."""

    exception: str
    expires: date


class DayFacts(NamedTuple):
    """All that the gate looks at. What was given up is counted in ``controls`` where its amount is known."""

    day: date
    called: bool
    unsealed_before: date | None
    markers: frozenset[tuple[str, int]]
    parked: Mapping[str, int]
    controls: Sequence[Control]
    given_up: Sequence[GivenUp]
    unbalanced: Sequence[Difference]
    subledgers: Sequence[Difference]
    banks: Sequence[BankFacts]
    expired: Sequence[Expired]
    invariants: Sequence[Missing]


Check = Callable[[DayFacts], Iterator[Missing]]


def missing(finding: Finding) -> Missing:
    """Say an invariant that does not hold as something that keeps a period open."""
    return Missing(finding.code, finding.book, f"{finding.book}: {finding.sentence}")


def gate(facts: DayFacts) -> tuple[Missing, ...]:
    """Run every check, in order; nothing means that the day may be sealed."""
    return tuple(one for check in CHECKS.values() for one in check(facts))


def _in_order(facts: DayFacts) -> Iterator[Missing]:
    if not facts.called:
        yield Missing("DAY_STILL_OPEN", str(facts.day), f"the end of {facts.day} has not been called")
    if before := facts.unsealed_before:
        yield Missing("EARLIER_DAY_OPEN", str(before), f"{before} is not sealed; days are sealed in order")


def _all_in(facts: DayFacts) -> Iterator[Missing]:
    for source in SOURCES:
        open_shards = [shard for shard in range(SHARDS) if (source, shard) not in facts.markers]
        if open_shards:
            listed = ", ".join(map(str, open_shards))
            yield Missing("MARKER_MISSING", source, f"{source} has not ended {facts.day} in shard {listed}")
    for service, count in facts.parked.items():
        yield Missing("PARKED", service, f"{count} parked events wait in {service}; retry or give them up first")


def _posted(facts: DayFacts) -> Iterator[Missing]:
    unread = Counter[tuple[str, int, str]](
        (one.source, one.shard, one.kind) for one in facts.given_up if one.total is None
    )
    for control in facts.controls:
        (sent, sent_fen), (taken, taken_fen) = control.declared, control.applied
        if control.declared == control.applied:
            continue
        # what was given up unread is known by its number only: its source says what it amounts to
        where = control.source, control.shard, control.kind
        if 0 < sent - taken <= unread[where]:
            unread[where] -= sent - taken
            continue
        yield Missing(
            "CONTROL_TOTAL",
            f"{control.source}/{control.shard}/{control.kind}/{control.book}",
            f"{control.source} sent {sent} {control.kind} of {yuan(sent_fen)}, "
            f"the ledger took in or gave up {taken} of {yuan(taken_fen)}",
        )


def _balanced(facts: DayFacts) -> Iterator[Missing]:
    yield from _differences("UNBALANCED", facts.unbalanced)


def _subledgers(facts: DayFacts) -> Iterator[Missing]:
    yield from _differences("SUBLEDGER", facts.subledgers)


def _differences(code: str, differences: Sequence[Difference]) -> Iterator[Missing]:
    for book, what, left, right in differences:
        sentence = f"{book} {what}: {yuan(left)} against {yuan(right)}, {yuan(left - right)} apart"
        yield Missing(code, f"{book}/{what}", sentence)


def _invariants(facts: DayFacts) -> Iterator[Missing]:
    yield from facts.invariants


def _bank(facts: DayFacts) -> Iterator[Missing]:
    for bank in facts.banks:
        name = bank.bank_account
        if not bank.opened:
            yield Missing("BANK_ACCOUNT_UNKNOWN", name, f"{name} is posted to but was never opened")
        if bank.reconciliation is None:
            yield Missing("STATEMENT_MISSING", name, f"the statement of {name} for {facts.day} is not in")
            continue
        if bank.previous_closing not in (None, bank.opening):
            gap = bank.opening - (bank.previous_closing or 0)
            yield Missing("STATEMENT_CHAIN", name, f"{name} opens {yuan(gap)} off the closing of the day before")
        yield from _reconciled(bank.reconciliation)


def _reconciled(table: Reconciliation) -> Iterator[Missing]:
    name = table.bank_account
    if table.difference:
        yield Missing("NOT_RECONCILED", name, f"{name}: {yuan(table.difference)} is left that nothing explains")
    for open_item in table.unanswered:
        yield Missing(
            "UNMATCHED",
            f"{open_item.side}:{name}:{open_item.item.ref}",
            f"{name}: {yuan(open_item.item.amount)} of {open_item.item.day} stands only on the side of the "
            f"{open_item.side} and no exception answers for it",
        )


def _in_time(facts: DayFacts) -> Iterator[Missing]:
    for exception, expires in facts.expired:
        yield Missing("EXCEPTION_EXPIRED", exception, f"exception {exception} expired on {expires}")


CHECKS: Mapping[str, Check] = {
    "in_order": _in_order,
    "all_in": _all_in,
    "vouchers_posted": _posted,
    "entries_balance": _balanced,
    "subledgers_agree": _subledgers,
    "invariants": _invariants,
    "bank_agrees": _bank,
    "exceptions_in_time": _in_time,
}
"""In the order of the closing rules: all in, 账证, balance, 账账, I-A to I-E, 账实, exceptions."""
