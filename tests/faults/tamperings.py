"""Ways to tamper with a shard of a log: those of the careless, and those of the clever who hash the chain again."""

from collections.abc import Callable, Sequence
from random import Random

from contracts.envelope import GENESIS, Event

Rows = list[bytes]
Tampering = Callable[[Rows, int, Random], int]
"""Changes the lines of a shard near a place; gives the place at which the lines differ first."""


def edit(rows: Rows, at: int, rng: Random) -> int:
    """Put another byte in place of one."""
    line = rows[at]
    place = rng.randrange(len(line))
    other = rng.choice([byte for byte in range(256) if byte != line[place]])
    rows[at] = line[:place] + bytes([other]) + line[place + 1 :]
    return at


def another_digit(rows: Rows, at: int, rng: Random) -> int:
    """Put another digit in place of one: the line stays a line."""
    line = rows[at]
    place = rng.choice([n for n, byte in enumerate(line) if chr(byte).isdigit()])
    other = rng.choice([digit for digit in b"0123456789" if digit != line[place]])
    rows[at] = line[:place] + bytes([other]) + line[place + 1 :]
    return at


def delete(rows: Rows, at: int, _: Random) -> int:
    """Take a line out."""
    del rows[at]
    return at


def duplicate(rows: Rows, at: int, rng: Random) -> int:
    """Say a line once more, somewhere."""
    place = rng.randrange(len(rows) + 1)
    rows.insert(place, rows[at])
    return max(place, at + 1) if place in (at, at + 1) else place


def swap(rows: Rows, at: int, rng: Random) -> int:
    """Let two lines change places; where there is only one, it goes."""
    if len(rows) == 1:
        return delete(rows, at, rng)
    other = rng.choice([n for n in range(len(rows)) if n != at])
    rows[at], rows[other] = rows[other], rows[at]
    return min(at, other)


def cut_line(rows: Rows, at: int, rng: Random) -> int:
    """Lose the end of a line."""
    rows[at] = rows[at][: rng.randrange(len(rows[at]))]
    return at


def cut_log(rows: Rows, at: int, _: Random) -> int:
    """Lose the end of a log."""
    del rows[at:]
    return at


CARELESSLY: Sequence[Tampering] = (edit, another_digit, delete, duplicate, swap, cut_line, cut_log)


def forge(rows: Rows, at: int, rng: Random) -> int:
    """Change one column of a row, and hash it and all rows after it again: the chain is whole."""
    event = Event.from_line(rows[at])
    digits = [n for n, char in enumerate(event.body) if char in "12345678"]
    place = rng.choice(digits)
    body = event.body[:place] + str(int(event.body[place]) + 1) + event.body[place + 1 :]
    changed = rng.choice([{"body": body}, {"body": body}, {"actor": "nobody"}, {"cause": event.id}])
    rechain(rows, at, event._replace(**changed))
    return at


def leave_out(rows: Rows, at: int, _: Random) -> int:
    """Take a row out, and number and hash all rows after it again."""
    following = [Event.from_line(line) for line in rows[at + 1 :]]
    del rows[at:]
    for event in following:
        append(rows, event)
    return at


def rechain(rows: Rows, at: int, event: Event) -> None:
    """Put a row in a place, and hash it and all rows after it again."""
    following = [event, *(Event.from_line(line) for line in rows[at + 1 :])]
    del rows[at:]
    for one in following:
        append(rows, one)


def append(rows: Rows, event: Event) -> None:
    """Append a row to a chain, whatever number and hash it had before."""
    prev = Event.from_line(rows[-1]).hash if rows else GENESIS
    numbered = event._replace(seq=len(rows) + 1, prev=prev)
    rows.append(numbered._replace(hash=numbered.digest()).line())


CLEVERLY: Sequence[Tampering] = (forge, forge, leave_out)
