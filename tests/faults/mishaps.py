"""Two days on which adjudication says what others cannot take in: once too early, once in words nobody knows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from contracts.claims import Counted
from contracts.clawbacks import Clawback, FundSplit
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
CONSUMERS: tuple[Service, ...] = ("adjudication", "payment", "ledger")
"""Who reads what adjudication says."""


class Unheard(Body):
    """A decision of a version that no build knows, well formed and well chained."""

    KIND: ClassVar[str] = "Adjudicated"
    VERSION: ClassVar[int] = 99

    person: str


async def nothing(connection: Connection, events: Sequence[Event]) -> None:
    """Fold into no table."""


def say(town: Town, body: Body, stream: str) -> None:
    """Append an event to adjudication's log past the service."""

    async def said() -> None:
        async with (
            await postgres.open_pool(town.agency.databases[SOURCE].url, name="test") as pool,
            Log(pool, SOURCE, nothing).unit("test") as unit,
        ):
            unit.append(body, stream=stream, cause=uuid4())

    asyncio.run(said())


def early_clawback(form: Json, claim: str) -> Clawback:
    """Take one fen back of a claim that was not handed in yet."""
    nil = Counted(
        year=DAY.year, basic=0, own_in_scope=0, supplement=0, assistance=0, outpatient=0, chronic=0, disease=None
    )
    return Clawback(
        clawback=f"K-{claim}",
        claim=claim,
        person=str(form["person"]),
        book=str(form["book"]),
        provider=str(form["provider"]),
        kind="outpatient",
        on=DAY,
        decision_id=uuid4(),
        lines=(),
        split=FundSplit(basic=1, supplement=0, critical=0, assistance=0),
        amount=1,
        counted=nil,
        finding="DOUBLE_CHARGING",
        reason="said too early",
    )


def approved_visits(town: Town) -> list[Json]:
    """Give a form of every person who was at a doctor's in the town's days and was paid for it."""
    listed = town.desk.look(CLERK, "adjudication", "/claims", status="approved", limit=5_000)["claims"]
    paid = {claim["claim"] for claim in listed if claim["kind"] == "outpatient" and claim["fund"] > 0}
    forms = [form for claims in town.desk.scenario.claims.values() for form in claims if form["claim"] in paid]
    return list({form["person"]: form for form in forms}.values())


def hand_in(town: Town, form: Json, number: str, day: date) -> None:
    """Hand in the same visit again on a later day."""
    lines: Any = form["lines"]
    again = form | {
        "claim": number,
        "invoice": f"INV-{number}",
        "on": day.isoformat(),
        "lines": [line | {"day": day.isoformat()} for line in lines],
    }
    town.desk.do(CLERK, "adjudication", "/claims", again, "again", number)


def see_decided(town: Town, number: str) -> None:
    """Wait for the decision of a claim."""

    def decided() -> bool | None:
        return town.desk.look(CLERK, "adjudication", f"/claims/{number}")["status"] != "submitted" or None

    wait_for(f"the decision of {number}", decided, town.desk.client.patience)


def due(town: Town) -> set[str]:
    """The claims that payment knows to be due."""
    found = town.desk.look(AUDITOR, "payment", "/payables", limit=5_000)["payables"]
    return {row["claim"] for row in found}


def parked(town: Town, service: Service) -> list[Json]:
    """What a service has parked."""
    found: list[Json] = town.desk.look(OPERATOR, service, "/parked")["parked"]
    return found


def place(event: Json) -> list[str]:
    """Name a parked event as ``claims parked`` wants it."""
    return [str(event[name]) for name in ("source", "shard", "seq")]


def command(town: Town, service: Service, *words: str, actor: str = OPERATOR[0]) -> str:
    """Let an operator run ``claims parked`` against a service; gives what it printed."""
    token = town.agency.issuer.token(actor, [OPERATOR[1]])
    done = town.run(service, "parked", *words, "--url", town.agency.url(service), "--token", token, COLUMNS="200")
    assert done.returncode == 0, done.stderr
    return done.stdout


def missing(town: Town, *step: object) -> list[Json]:
    """Put the day forward; gives what is missing."""
    verdict = town.desk.do(ACCOUNTANT, "ledger", f"/days/{DAY}/prepare", {}, "put-forward", *step)
    found: list[Json] = verdict["missing"]
    return found


def refused_seal(town: Town) -> Json:
    """Try to seal the day nevertheless; gives the refusal."""
    try:
        town.desk.do(CHIEF, "ledger", f"/days/{DAY}/seal", {"digest": "0" * 64}, "seal-while-parked")
    except RefusedError as refused:
        return refused.problem
    raise AssertionError("a day with a parked event was sealed")


@dataclass(frozen=True)
class TooEarly:
    """What was seen of a clawback that came before its claim, step by step."""

    parked: list[Json]
    due: set[str]
    """While it was parked."""
    listed: str
    retried_in_vain: str
    missing: list[Json]
    refusal: Json
    retried: str
    due_then: set[str]
    sealed: DayClosed


def too_early(town: Town) -> TooEarly:
    """Say the clawback in another person's stream, go on working, end the day, try to seal, mend, retry, seal."""
    first, second, third, *_ = approved_visits(town)
    say(town, early_clawback(first, "EARLY"), str(second["person"]))
    hand_in(town, second, "BEHIND", DAY)
    hand_in(town, third, "BESIDE", DAY)
    for number in ("BEHIND", "BESIDE"):
        see_decided(town, number)
    town.desk.settle(*CONSUMERS)
    seen, due_meanwhile = parked(town, "payment"), due(town)
    listed = command(town, "payment", "list")
    in_vain = command(town, "payment", "retry", *place(seen[0]))
    hand_in(town, first, "EARLY", DAY)
    see_decided(town, "EARLY")
    town.desk.settle(*CONSUMERS)
    books.end_day(town.desk, DAY, NEXT)
    books.import_statements(town.desk, DAY, town.desk.run_bank(DAY))
    lacks, refusal = missing(town, "while-parked"), refused_seal(town)
    retried = command(town, "payment", "retry", *place(seen[0]))
    tries = iter(range(1_000))
    wait_for(
        "the ledger having heard that nothing is parked",
        lambda: "PARKED" not in {one["code"] for one in missing(town, "after", next(tries))} or None,
    )
    return TooEarly(
        seen, due_meanwhile, listed, in_vain, lacks, refusal, retried, due(town), books.seal(town.desk, DAY)
    )


@dataclass(frozen=True)
class GivenUp:
    """What was seen of an event that nobody could ever take in."""

    parked: dict[Service, list[Json]]
    due: set[str]
    """While it was parked."""
    due_then: set[str]
    """After it was given up."""


def given_up(town: Town) -> GivenUp:
    """Say an event of an unknown version, go on working, let two people give it up."""
    person, *_ = approved_visits(town)
    say(town, Unheard(person=str(person["person"])), str(person["person"]))
    hand_in(town, person, "AFTER", NEXT)
    town.desk.settle(*CONSUMERS)
    seen, due_meanwhile = {service: parked(town, service) for service in CONSUMERS}, due(town)
    for service in CONSUMERS:
        command(town, service, "resolve", *place(seen[service][0]), "--why", "said by a test, means nothing")
        command(town, service, "approve", *place(seen[service][0]), actor="er.shou")
    see_decided(town, "AFTER")
    town.desk.settle(*CONSUMERS)
    return GivenUp(seen, due_meanwhile, due(town))
