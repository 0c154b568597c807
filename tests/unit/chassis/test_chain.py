"""Events of a source are followed number by number and hash by hash; what does not fit is named, never guessed."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import canonical
from contracts.envelope import GENESIS, Event
from contracts.line import cut, digest
from services.chassis.chain import ForkError, Position, follow, genuine, prove

START = Position(0, GENESIS)
HASHED = (
    *("shard", "seq", "id", "stream", "kind", "version", "body"),
    *("actor", "cause", "business_date", "recorded_at"),
)


def chain(length: int, shard: int = 3, actor: str = "li.si") -> list[Event]:
    """A correct log of one shard."""
    events: list[Event] = []
    last = GENESIS
    for seq in range(1, length + 1):
        event = Event(
            shard=shard,
            seq=seq,
            id=UUID(int=shard * 1_000 + seq),
            stream="p1",
            kind="TagChanged",
            version=1,
            body='{"person":"p1"}',
            actor=actor,
            cause=UUID(int=7),
            business_date=date(2017, 3, 1),
            recorded_at=datetime(2017, 3, 1, 8, 30, tzinfo=UTC),
            prev=last,
            hash=b"",
        )
        last = event.digest()
        events.append(event._replace(hash=last))
    return events


LOG = chain(12)


@given(st.lists(st.sampled_from(LOG)), st.integers(0, 12))
def test_whatever_arrives_only_the_unbroken_continuation_is_taken_in(arrived: list[Event], applied: int) -> None:
    position = START if applied == 0 else Position(applied, LOG[applied - 1].hash)

    followed = follow({3: position}, arrived)

    there = {event.seq for event in arrived}
    end = applied
    while end + 1 in there:
        end += 1
    assert followed.events == LOG[applied:end]
    assert followed.broken == ({3} if any(seq > end for seq in there) else set())


@given(st.permutations([*LOG, *chain(9, shard=5)]))
def test_each_shard_is_put_in_order_by_itself(arrived: list[Event]) -> None:
    followed = follow({3: START, 5: START}, arrived)

    assert [event for event in followed.events if event.shard == 3] == LOG
    assert [event for event in followed.events if event.shard == 5] == chain(9, shard=5)


def test_an_event_of_another_chain_is_not_taken_in() -> None:
    other = chain(2, actor="somebody else")

    followed = follow({3: Position(1, LOG[0].hash)}, [other[1]])

    assert followed == ([], {3})


def test_another_event_at_the_position_puts_the_shard_in_doubt() -> None:
    other = chain(1, actor="somebody else")

    followed = follow({3: Position(1, LOG[0].hash)}, other)

    assert followed == ([], {3})


def test_a_line_is_read_back_as_the_event_it_is() -> None:
    assert genuine(LOG[4].line(), 3) == LOG[4]


@pytest.mark.parametrize("bit", range(0, len(LOG[4].line()) * 8, 101))
def test_a_line_with_a_flipped_bit_is_no_event(bit: int) -> None:
    line = bytearray(LOG[4].line())
    line[bit // 8] ^= 1 << bit % 8

    assert genuine(bytes(line), 3) is None


NAMES = st.text(st.characters(codec="utf-8"), max_size=20)
MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 1900)


@st.composite
def rows(draw: st.DrawFn) -> Event:
    """Any row that a log could hold, with its hash."""
    row = Event(
        shard=draw(st.integers(0, 15)),
        seq=draw(st.integers(1, 10**12)),
        id=draw(st.uuids()),
        stream=draw(NAMES),
        kind="TagChanged",
        version=1,
        body=canonical({"text": draw(NAMES.map(partial(unicodedata.normalize, "NFC")))}).decode(),
        actor=draw(NAMES),
        cause=draw(st.uuids()),
        business_date=draw(st.dates(date(1900, 1, 1))),
        recorded_at=draw(MOMENTS),
        prev=draw(st.binary(min_size=32, max_size=32)),
        hash=b"",
    )
    return row._replace(hash=row.digest())


@given(rows())
def test_a_line_proves_the_event_that_was_written(row: Event) -> None:
    assert genuine(row.line(), row.shard) == row


@given(rows())
def test_the_hash_of_the_cut_line_is_the_hash_of_the_event(row: Event) -> None:
    written = cut(row.line())

    assert written is None or written.digest() == row.digest()


OTHERWISE = {
    "an id in capitals": ("id", str.upper),
    "an id without hyphens": ("id", lambda text: text.replace("-", "")),
    "a cause in braces": ("cause", lambda text: f"{{{text}}}"),
    "a day without hyphens": ("business_date", lambda text: text.replace("-", "")),
    "a day that does not exist": ("business_date", lambda text: "2017-02-30"),
    "an instant of another zone": ("recorded_at", lambda text: text.replace("Z", "+00:00")),
    "an instant without its fraction": ("recorded_at", lambda text: text.replace(".000000", "")),
    "a number as text": ("seq", str),
    "a number with a fraction": ("seq", float),
    "a truth for a number": ("version", bool),
}


@pytest.mark.parametrize(("column", "spell"), OTHERWISE.values(), ids=list(OTHERWISE))
def test_a_line_in_another_spelling_is_no_event_even_with_a_hash_made_of_that_spelling(
    column: str, spell: Callable[[Any], Any]
) -> None:
    event = LOG[4]
    texts = {name: str(value) for name, value in event._asdict().items()}
    texts["recorded_at"] = orjson.loads(event.line())["recorded_at"]
    row = orjson.loads(event.line())
    row[column] = spell(row[column])
    texts[column] = str(row[column])
    row["hash"] = digest(event.prev, [texts[name].encode() for name in HASHED]).hex()

    assert genuine(orjson.dumps(row, option=orjson.OPT_SORT_KEYS), 3) is None


def test_an_event_in_the_wrong_partition_is_no_event() -> None:
    assert genuine(LOG[4].line(), 4) is None


def test_a_page_of_the_feed_that_links_is_proof() -> None:
    prove(LOG[3:9], 3, Position(4, LOG[3].hash))


@pytest.mark.parametrize(
    ("page", "position"),
    [
        ([], Position(4, LOG[3].hash)),
        (chain(9, actor="somebody else")[3:], Position(4, LOG[3].hash)),
        ([LOG[3], LOG[5]], Position(4, LOG[3].hash)),
        (LOG[1:], START),
        ([LOG[0], LOG[1]._replace(actor="somebody else")], START),
    ],
    ids=["lost", "another history", "a gap", "a beginning that is missing", "an edited event"],
)
def test_a_page_of_the_feed_that_does_not_link_is_a_fork(page: list[Event], position: Position) -> None:
    with pytest.raises(ForkError):
        prove(page, 3, position)
