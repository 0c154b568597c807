"""Each log goes in an archive to the end of the last day, and on to what the rows before it rest upon, no further."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from contracts.envelope import shard_of
from contracts.topics import Service
from services.cli.extent import sources

DAY, NEXT = "2017-03-31", "2017-04-01"
PERSON = "P1"
SHARD = shard_of(PERSON)

Log = list[dict[str, Any]]
Said = tuple[str, str, Mapping[str, Any]]


def log(*rows: Said) -> Log:
    """Rows of a shard: day, kind, body; ``id`` is the kind and the number."""
    return [
        {"seq": n, "id": f"{kind}-{n}", "business_date": day, "kind": kind, "body": body}
        for n, (day, kind, body) in enumerate(rows, 1)
    ]


def held(**logs: Log) -> dict[str, int]:
    """How many rows of the person's shard are archived, by service."""

    def read(service: Service, shard: int, after: int) -> Iterator[bytes]:
        rows = logs.get(service, ()) if shard == SHARD else ()
        return iter([orjson.dumps(row) for row in rows][after:])

    counts = {service: (shard, len(list(lines))) for service, shard, lines in sources(read, DAY) if shard == SHARD}
    return {service: count for service, (_, count) in counts.items() if service in logs}


def ended(parked: int = 0) -> Said:
    return DAY, "DayEnded", {"parked": parked}


def batch(decision: str | None) -> Said:
    return DAY, "PaymentBatched", {"lines": [{"decision": decision, "person": PERSON}]}


def gives_up(seq: int, day: str, source: str = "enrollment") -> Said:
    return NEXT, "EventGivenUp", {"given_up": {"source": source, "seq": seq, "day": day}}


TAG: Said = (DAY, "TagChanged", {})
LATER: Said = (NEXT, "TagChanged", {})
DECIDED_LATER: Said = (NEXT, "Adjudicated", {"seen": 9})


def decided(seen: int) -> Said:
    return DAY, "Adjudicated", {"seen": seen}


def test_a_log_ends_with_the_last_day() -> None:
    assert held(enrollment=log(TAG, ended(), LATER)) == {"enrollment": 2}


def test_enrollment_goes_on_to_the_last_row_that_a_decision_of_the_day_has_seen() -> None:
    known = log(TAG, ended(), LATER, LATER)
    assert held(enrollment=known, adjudication=log(decided(3), ended())) == {"enrollment": 3, "adjudication": 2}


def test_adjudication_goes_on_to_a_decision_that_is_paid_on_the_day() -> None:
    decisions = log(decided(1), ended(), DECIDED_LATER, DECIDED_LATER)
    paid = held(adjudication=decisions, payment=log(batch("Adjudicated-3"), ended()))
    assert paid == {"adjudication": 3, "payment": 2}


def test_adjudication_ends_with_the_day_where_what_is_paid_was_decided_by_then_or_never() -> None:
    decisions = log(decided(1), ended(), DECIDED_LATER)
    orders = log(batch("Adjudicated-1"), batch("Adjudicated-77"), batch(None), ended())
    assert held(adjudication=decisions, payment=orders) == {"adjudication": 2, "payment": 4}


def test_adjudication_goes_on_to_the_last_row_that_gives_up_a_row_of_enrollment_of_the_day() -> None:
    decisions = log(decided(1), ended(parked=2), DECIDED_LATER, gives_up(1, DAY), gives_up(2, NEXT))
    assert held(adjudication=decisions) == {"adjudication": 4}


def test_adjudication_goes_on_to_a_row_that_gives_up_what_a_decision_of_the_day_has_passed_over() -> None:
    decisions = log(decided(7), ended(parked=1), gives_up(7, NEXT), gives_up(8, NEXT))
    assert held(adjudication=decisions) == {"adjudication": 3}


def test_what_is_given_up_of_payment_does_not_move_the_end() -> None:
    assert held(adjudication=log(ended(parked=1), gives_up(1, DAY, "payment"))) == {"adjudication": 1}


def test_nothing_is_looked_for_after_the_end_where_nothing_was_parked_when_the_day_ended() -> None:
    assert held(adjudication=log(ended(), gives_up(1, DAY))) == {"adjudication": 1}
