"""What stands in one service's log is taken in by others: once, in order, complete, whatever happens to Kafka."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer

from contracts.envelope import GENESIS, Event, shard_of
from contracts.ledger import ChartPublished
from deploy import topics
from deploy.embedded.places import free_port
from services.chassis.relay import LARGEST_REQUEST
from services.chassis.unit import LARGEST_BODY, Unit
from tests.service.chassis.conftest import Seen, World, append, as_owner, seeing, until, whole

PEOPLE = tuple(f"p{n}" for n in range(60))
NOWHERE = "127.0.0.1:1"


def lines(events: list[Event]) -> list[tuple[int, bytes]]:
    return [(event.shard, event.line()) for event in events]


def in_order(seen: list[Seen]) -> bool:
    """Whether every shard was taken in from 1 on, without a gap, in order."""
    numbers = defaultdict(list)
    for row in seen:
        numbers[row.shard].append(row.seq)
    return all(each == list(range(1, len(each) + 1)) for each in numbers.values())


async def all_sent(world: World, service: str) -> bool:
    rows = await as_owner(
        world.databases[service], "select 1 from log.relay join log.head using (shard) where relay.seq < head.seq"
    )
    return not rows


async def test_what_one_service_logs_another_takes_in(world: World) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))

    await append(source.log, *PEOPLE)

    await world.has_seen("adjudication", len(PEOPLE))
    expected = {(event.shard, event.seq, event.stream) for event in await whole(source.log)}
    assert {(row.shard, row.seq, row.stream) for row in await world.seen("adjudication")} == expected


async def test_a_service_takes_in_its_own_log(world: World) -> None:
    runtime = await world.start("adjudication", adjudication=seeing("adjudication"))

    await append(runtime.log, *PEOPLE)

    await world.has_seen("adjudication", len(PEOPLE))


async def test_what_arrives_twice_or_out_of_order_is_taken_in_once_and_in_order(world: World) -> None:
    source = await world.start("enrollment", kafka=NOWHERE)
    await append(source.log, *PEOPLE)
    records = lines(await whole(source.log)) * 2
    random.Random(20170301).shuffle(records)
    await world.publish("enrollment", records)

    await world.start("adjudication", enrollment=seeing("enrollment"))

    await world.has_seen("adjudication", len(PEOPLE))
    assert in_order(await world.seen("adjudication"))


async def test_a_gap_in_the_topic_is_healed_from_the_feed(world: World) -> None:
    source = await world.start("enrollment", kafka=NOWHERE)
    await append(source.log, *PEOPLE)
    await world.publish("enrollment", lines(await whole(source.log))[::2])

    await world.start("adjudication", enrollment=seeing("enrollment"))

    await world.has_seen("adjudication", len(PEOPLE))
    assert in_order(await world.seen("adjudication"))


async def test_a_record_with_a_flipped_bit_is_healed_from_the_feed(world: World) -> None:
    source = await world.start("enrollment", kafka=NOWHERE)
    await append(source.log, "p1", "p1", "p1")
    first, second, third = await whole(source.log)
    flipped = second.line().replace(b'"amount":15000', b'"amount":15001')
    await world.publish("enrollment", [*lines([first]), (second.shard, flipped), *lines([third])])

    taken: list[Event] = []

    async def handler(unit: Unit, events: Sequence[Event]) -> None:
        await seeing("enrollment")(unit, events)
        taken.extend(events)

    await world.start("adjudication", enrollment=handler)

    await world.has_seen("adjudication", 3)
    assert taken == [first, second, third]


async def test_a_record_that_the_source_never_said_is_not_believed(world: World) -> None:
    source = await world.start("enrollment", kafka=NOWHERE)
    await append(source.log, "p1")
    (event,) = await whole(source.log)
    invented = event._replace(seq=2, id=uuid4(), prev=GENESIS)
    invented = invented._replace(hash=invented.digest())
    await world.publish("enrollment", lines([invented, event]))
    await world.start("adjudication", enrollment=seeing("enrollment"))
    await world.has_seen("adjudication", 1)

    await append(source.log, "p1")

    await world.has_seen("adjudication", 2)


async def test_bytes_that_are_no_event_change_nothing(world: World) -> None:
    source = await world.start("enrollment", kafka=NOWHERE)
    await append(source.log, "p1")
    rubbish = [b"", b"\xff", b"[]", b"{}", b'{"shard": "x"}', b"null", b"1" * 5_000]
    shard = shard_of("p1")
    await world.publish("enrollment", [(shard, each) for each in rubbish])

    await world.start("adjudication", enrollment=seeing("enrollment"))

    await world.has_seen("adjudication", 1)


async def test_a_topic_made_anew_and_empty_heals_without_a_new_event(world: World) -> None:
    source = await world.start("enrollment")
    await append(source.log, *PEOPLE)
    await until(lambda: all_sent(world, "enrollment"))
    await topics.recreate(world.kafka, "enrollment")

    await world.start("adjudication", enrollment=seeing("enrollment"))

    await world.has_seen("adjudication", len(PEOPLE))


async def test_a_topic_deleted_and_made_anew_while_it_is_read_heals(world: World) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))
    await append(source.log, *PEOPLE)
    await world.has_seen("adjudication", len(PEOPLE))

    await topics.recreate(world.kafka, "enrollment")
    await append(source.log, *PEOPLE)

    await world.has_seen("adjudication", 2 * len(PEOPLE))
    assert in_order(await world.seen("adjudication"))


async def test_kafkas_own_offsets_do_not_matter(world: World) -> None:
    source = await world.start("enrollment")
    await append(source.log, *PEOPLE)
    async with await world.service("adjudication", enrollment=seeing("enrollment")):
        await world.has_seen("adjudication", len(PEOPLE))
    del world.databases["adjudication"]

    await world.start("adjudication", enrollment=seeing("enrollment"))

    await world.has_seen("adjudication", len(PEOPLE))


async def test_a_service_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    source = await world.start("enrollment")
    async with await world.service("adjudication", enrollment=seeing("enrollment")):
        await append(source.log, *PEOPLE)
        await world.has_seen("adjudication", len(PEOPLE))
    await append(source.log, *PEOPLE)

    await world.start("adjudication", enrollment=seeing("enrollment"))

    await world.has_seen("adjudication", 2 * len(PEOPLE))


async def test_two_processes_of_a_service_take_everything_in_once(world: World) -> None:
    source = await world.start("enrollment")
    for _ in range(2):
        await world.start("adjudication", enrollment=seeing("enrollment"))
        world.ports["adjudication"] = free_port()

    for _ in range(10):
        await append(source.log, *PEOPLE)

    await world.has_seen("adjudication", 10 * len(PEOPLE))
    assert in_order(await world.seen("adjudication"))


async def test_when_the_process_that_relays_ends_another_one_goes_on(world: World) -> None:
    await world.start("adjudication", enrollment=seeing("enrollment"))
    async with await world.service("enrollment") as first:
        await append(first.log, *PEOPLE)
        await world.has_seen("adjudication", len(PEOPLE))
        world.ports["enrollment"] = free_port()
        second = await world.start("enrollment")

    await append(second.log, *PEOPLE)

    await until(lambda: all_sent(world, "enrollment"))


async def test_connections_that_the_database_cuts_lose_and_double_nothing(world: World, postgres: str) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))
    cut = """
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'enrollment-relay' or application_name = 'adjudication'
    """

    admin = await asyncpg.connect(postgres)
    for _ in range(10):
        await append(source.log, *PEOPLE)
        await admin.execute(cut)
    await admin.close()

    await world.has_seen("adjudication", 10 * len(PEOPLE))
    assert in_order(await world.seen("adjudication"))


async def test_the_largest_event_passes_through_the_topic(world: World) -> None:
    source = await world.start("ledger")
    body = ChartPublished(chart="main", chart_id="0" * 64, content="x" * (LARGEST_BODY - 200))
    async with source.log.unit("li.si") as unit:
        unit.append(body, stream="chart", cause=uuid4())
    await until(lambda: all_sent(world, "ledger"))

    consumer = AIOKafkaConsumer(
        "ledger",
        bootstrap_servers=world.kafka,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=LARGEST_REQUEST,
    )
    await consumer.start()
    try:
        record = await asyncio.wait_for(consumer.getone(), 20)
    finally:
        await consumer.stop()
    assert Event.from_line(record.value).body.encode() == body.canonical()
