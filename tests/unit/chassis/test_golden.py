"""The form of the log can never change: these lines were written once and must read and hash the same for ever."""

import hashlib
import json
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import GENESIS, Event, event_id, shard_of

GOLDEN = Path(__file__).with_name("golden.ndjson").read_bytes().splitlines()
HASHED = (
    *("shard", "seq", "id", "stream", "kind", "version", "body"),
    *("actor", "cause", "business_date", "recorded_at"),
)


@pytest.mark.parametrize("line", GOLDEN)
def test_a_golden_line_is_read_and_written_as_the_same_bytes(line: bytes) -> None:
    assert Event.from_line(line).line() == line


@pytest.mark.parametrize("line", GOLDEN)
def test_a_golden_line_carries_the_hash_of_its_columns(line: bytes) -> None:
    event = Event.from_line(line)

    assert event.digest() == event.hash


@pytest.mark.parametrize("line", GOLDEN)
def test_the_hash_can_be_computed_from_the_line_alone_with_nothing_of_ours(line: bytes) -> None:
    row = json.loads(line)
    body = json.dumps(row["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    columns = [str(row[name] if name != "body" else body).encode() for name in HASHED]
    data = bytes.fromhex(row["prev"]) + b"".join(len(each).to_bytes(4, "big") + each for each in columns)

    assert hashlib.sha256(data).hexdigest() == row["hash"]


def test_the_golden_lines_are_one_chain_from_the_beginning_of_a_shard() -> None:
    last = GENESIS
    for seq, line in enumerate(GOLDEN, start=1):
        event = Event.from_line(line)
        assert (event.seq, event.prev) == (seq, last)
        last = event.hash


@pytest.mark.parametrize("line", GOLDEN)
def test_the_shard_and_the_id_of_a_golden_line_follow_from_its_stream_and_its_cause(line: bytes) -> None:
    event = Event.from_line(line)

    assert event.shard == shard_of(event.stream)
    assert event.id in {event_id(event.cause, event.kind, n) for n in range(3)}


@given(cause=st.uuids(), n=st.integers(0, 10_000))
def test_an_id_is_the_uuid5_of_its_cause_and_its_kind(cause: UUID, n: int) -> None:
    assert event_id(cause, "Adjudicated", n) == uuid5(cause, f"Adjudicated/{n}")
