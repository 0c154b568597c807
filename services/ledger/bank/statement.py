"""One bank statement in neutral words: opening, lines, closing; it must add up or it is refused."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from contracts.money import LARGEST_AMOUNT, yuan

MAX_LINES = 5_000
"""A statement travels as one event, and an event holds no more."""

MAX_TEXT = 200
"""The longest number or serial that an event holds."""


class Problem(NamedTuple):
    """What is wrong with a statement: a stable code, the place in the file, a sentence."""

    code: str
    place: str
    sentence: str


class StatementRefusedError(ValueError):
    """A statement that cannot be taken in, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = tuple(problems)


class Line(NamedTuple):
    """One movement (流水): signed fen, in is positive. ``serial`` is the bank's own number.

    ``keys`` are the references that may name our voucher or batch; ``text`` stays out of every event,
    because banks write names into it.
    """

    n: int
    booked: date
    value: date
    amount: int
    serial: str | None
    keys: tuple[str, ...]
    text: str


class Statement(NamedTuple):
    """One account, one day: the bank's opening, its lines in its order, its closing, in fen."""

    account: str
    number: str
    day: date
    currency: str
    opening: int
    closing: int
    lines: tuple[Line, ...]


def check(statement: Statement) -> tuple[Problem, ...]:
    """Give everything that is wrong inside the statement itself; nothing means that it may come in."""
    return (*_limits(statement), *_arithmetic(statement), *_duplicate_serials(statement.lines))


def difference(statement: Statement) -> int:
    """Opening and lines less closing, fen; zero for a statement that adds up."""
    return statement.opening + sum(line.amount for line in statement.lines) - statement.closing


def refusal(problems: Sequence[Problem], lines: Sequence[Line]) -> StatementRefusedError:
    """Refuse what cannot be read, and name in the same breath what its lines repeat."""
    return StatementRefusedError([*problems, *_duplicate_serials(lines), *twins(lines)])


def one_currency(named: Iterable[str]) -> tuple[Problem, ...]:
    """Name the currencies of a statement that has more than one: their amounts do not add up to anything."""
    currencies = sorted(set(named))
    if len(currencies) <= 1:
        return ()
    said = " and ".join(name or "no currency" for name in currencies)
    return (Problem("OTHER_CURRENCY", "currency", f"the statement is in {said} at once"),)


def twins(lines: Sequence[Line]) -> tuple[Problem, ...]:
    """Name lines without a serial that are equal in day, amount and text: perhaps one line sent twice."""
    seen = Counter((line.booked, line.amount, line.keys, line.text) for line in lines if not line.serial)
    return tuple(
        Problem(
            "DUPLICATE_SAME_DAY",
            f"lines of {booked}",
            f"{count} lines of {yuan(amount)} on {booked} are alike and carry no serial",
        )
        for (booked, amount, _, _), count in seen.items()
        if count > 1
    )


def _limits(statement: Statement) -> Iterator[Problem]:
    if not _writable(statement.number):
        yield Problem("TOO_LONG", "number", f"the statement's number is longer than {MAX_TEXT} or not plain text")
    for name, amount in (("opening", statement.opening), ("closing", statement.closing)):
        if abs(amount) > LARGEST_AMOUNT:
            yield Problem("TOO_LARGE", name, f"the {name} balance is larger than any amount here")
    if len(statement.lines) > MAX_LINES:
        count = len(statement.lines)
        yield Problem("TOO_MANY_LINES", "statement", f"{count} lines; a statement holds at most {MAX_LINES}")
    for line in statement.lines:
        if line.amount == 0:
            yield Problem("ZERO_AMOUNT", f"line {line.n}", f"line {line.n} moves nothing")
        if abs(line.amount) > LARGEST_AMOUNT:
            yield Problem("TOO_LARGE", f"line {line.n}", f"line {line.n} is larger than any amount here")
        if not _writable(line.serial or ""):
            sentence = f"the serial of line {line.n} is longer than {MAX_TEXT} or not plain text"
            yield Problem("TOO_LONG", f"line {line.n}", sentence)
        if line.booked > statement.day:
            sentence = f"line {line.n} is booked {line.booked}, after the statement's day {statement.day}"
            yield Problem("BOOKED_LATER", f"line {line.n}", sentence)


def _writable(text: str) -> bool:
    return len(text) <= MAX_TEXT and text.isprintable()


def _arithmetic(statement: Statement) -> Iterator[Problem]:
    if gap := difference(statement):
        moved = sum(line.amount for line in statement.lines)
        yield Problem(
            "DOES_NOT_ADD_UP",
            "closing",
            f"opening {yuan(statement.opening)} and lines {yuan(moved)} "
            f"differ from closing {yuan(statement.closing)} by {yuan(gap)}",
        )


def _duplicate_serials(lines: Sequence[Line]) -> Iterator[Problem]:
    seen = Counter((line.serial, line.booked, line.amount) for line in lines if line.serial)
    for (serial, booked, amount), count in seen.items():
        if count > 1:
            sentence = f"{count} lines of {yuan(amount)} on {booked} carry the bank's serial {serial}"
            yield Problem("DUPLICATE_SERIAL", f"serial {serial}", sentence)
