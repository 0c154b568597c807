"""Events of a source are followed number by number and hash by hash; what does not fit is named, never guessed."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import GENESIS, Event
from services.chassis.chain import ForkError, Position, follow, genuine, prove

START = Position(0, GENESIS)


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

    event = genuine(bytes(line), 3)

    # a letter of a hash or an id in capitals is the same number
    assert event is None or event == LOG[4]


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
