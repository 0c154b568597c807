"""Every shard has a stream that falls into it, so that a day's marker can stand in each."""

from contracts.envelope import SHARDS, shard_of
from services.chassis.day import STREAMS


def test_the_stream_of_each_shard_falls_into_it() -> None:
    assert [shard_of(stream) for stream in STREAMS] == list(range(SHARDS))


def test_the_streams_are_these_for_ever() -> None:
    numbers = (6, 14, 5, 4, 40, 1, 37, 7, 9, 3, 11, 2, 0, 16, 50, 8)
    assert tuple(f"day/{number}" for number in numbers) == STREAMS
