"""The poisoned day: an event that nobody can take in, from its being said to the seal of its day."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple
from uuid import uuid4

from contracts.closing import DayClosed
from contracts.envelope import Body, Event
from contracts.topics import Service
from services.chassis import postgres
from services.chassis.postgres import Connection
from services.chassis.unit import Log
from services.cli.client import Json, RefusedError, wait_for
from services.cli.demo import books
from services.cli.demo.people import ACCOUNTANT, AUDITOR, CHIEF, CLERK, OPERATOR
from tests.journey.town import Town

DAY, NEXT = date(2017, 4, 1), date(2017, 4, 2)
SOURCE: Service = "adjudication"
CONSUMERS: tuple[Service, ...] = ("payment", "ledger")
"""Who reads what adjudication says; neither knows the version."""


class Poisoned(Body):
    """A decision of a version that no build knows, well formed and well chained."""

    KIND: ClassVar[str] = "Adjudicated"
    VERSION: ClassVar[int] = 99

    person: str


class Claim(NamedTuple):
    """A claim that was handed in, and whose it is."""

    number: str
    person: str


async def nothing(connection: Connection, events: Sequence[Event]) -> None:
    """Fold into no table."""


def poison(town: Town, person: str) -> None:
    """Append the event to adjudication's log, in the stream of a person."""

    async def said() -> None:
        async with (
            await postgres.open_pool(town.agency.databases[SOURCE].url, name="test") as pool,
            Log(pool, SOURCE, nothing).unit("test") as unit,
        ):
            unit.append(Poisoned(person=person), stream=person, cause=uuid4())

    asyncio.run(said())


def approved_visits(town: Town) -> list[Json]:
    """Give a form of every person who was at a doctor's in the town's days and was paid for it."""
    listed = town.desk.look(CLERK, "adjudication", "/claims", status="approved", limit=5_000)["claims"]
    paid = {claim["claim"] for claim in listed if claim["kind"] == "outpatient" and claim["fund"] > 0}
    forms = [form for claims in town.desk.scenario.claims.values() for form in claims if form["claim"] in paid]
    return list({form["person"]: form for form in forms}.values())


def hand_in(town: Town, form: Json, number: str) -> Claim:
    """Hand in the same visit again on the poisoned day."""
    lines: Any = form["lines"]
    again = form | {
        "claim": number,
        "invoice": f"INV-{number}",
        "on": DAY.isoformat(),
        "lines": [line | {"day": DAY.isoformat()} for line in lines],
    }
    town.desk.do(CLERK, "adjudication", "/claims", again, "again", number)

    def decided() -> bool | None:
        return town.desk.look(CLERK, "adjudication", f"/claims/{number}")["status"] != "submitted" or None

    wait_for(f"the decision of {number}", decided, town.desk.client.patience)
    return Claim(number, str(form["person"]))


def due(town: Town) -> set[str]:
    """The claims that payment knows to be due."""
    found = town.desk.look(AUDITOR, "payment", "/payables", limit=5_000)["payables"]
    return {row["claim"] for row in found}


def parked(town: Town, service: Service) -> list[Json]:
    """What a service has parked."""
    found: list[Json] = town.desk.look(OPERATOR, service, "/parked")["parked"]
    return found


def command(town: Town, service: Service, *words: str) -> str:
    """Let the operator run ``claims parked`` against a service; gives what it printed."""
    token = town.agency.issuer.token(*OPERATOR[:1], OPERATOR[1:])
    done = town.run(service, "parked", *words, "--url", town.agency.url(service), "--token", token, COLUMNS="200")
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class PoisonedDay:
    """What was seen on the poisoned day, step by step."""

    behind: Claim
    """Handed in after the poisoned event, in its stream."""
    beside: Claim
    """Handed in at the same time in another stream."""
    parked: dict[Service, list[Json]]
    due_while_parked: set[str]
    listed: str
    retried: str
    missing: list[Json]
    refusal: Json
    due_in_the_end: set[str]
    sealed: DayClosed


def live_through(town: Town) -> PoisonedDay:
    """Say the event, go on working, end the day, try to seal it, give the event up, seal."""
    first, second, *_ = approved_visits(town)
    poison(town, str(first["person"]))
    behind, beside = hand_in(town, first, "POISON-1"), hand_in(town, second, "POISON-2")
    town.desk.settle(*CONSUMERS)
    seen = {service: parked(town, service) for service in CONSUMERS}
    due_while_parked = due(town)
    books.end_day(town.desk, DAY, NEXT)
    books.import_statements(town.desk, DAY, town.desk.run_bank(DAY))
    place = [str(seen["ledger"][0][name]) for name in ("source", "shard", "seq")]
    listed = command(town, "ledger", "list")
    retried = command(town, "ledger", "retry", *place)
    verdict = town.desk.do(ACCOUNTANT, "ledger", f"/days/{DAY}/prepare", {}, "prepare-while-parked")
    refusal = refused_seal(town)
    for service in CONSUMERS:
        command(town, service, "resolve", *place, "--why", "said by a test, means nothing")
    return PoisonedDay(
        behind,
        beside,
        seen,
        due_while_parked,
        listed,
        retried,
        verdict["missing"],
        refusal,
        due(town),
        books.seal(town.desk, DAY),
    )


def refused_seal(town: Town) -> Json:
    """Try to seal the day nevertheless; gives the refusal."""
    try:
        town.desk.do(CHIEF, "ledger", f"/days/{DAY}/seal", {"digest": "0" * 64}, "seal-while-parked")
    except RefusedError as refused:
        return refused.problem
    raise AssertionError("a day with a parked event was sealed")
