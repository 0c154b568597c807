"""Look up what decisions need (核定依据): the records of the persons of a batch, the terms of their providers.

Every look is one statement for the whole batch, however many persons are in it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from contracts.envelope import shard_of
from services.adjudication.model import Dated, Record, Stay, Terms, Year
from services.chassis.postgres import Connection

Providers = Mapping[str, list[Terms]]
"""Provider → its terms, latest first."""


async def hold_cover(connection: Connection, persons: Collection[str]) -> dict[int, int]:
    """Keep enrollment's facts of these persons' shards still until the transaction ends; give each shard's position.

    Taken before any head of the own log is locked: the consumer of enrollment takes its locks in the same order.
    """
    rows = await connection.fetch(_SEEN, sorted({shard_of(person) for person in persons}))
    return {row["shard"]: row["seq"] for row in rows}


async def records_of(connection: Connection, persons: Collection[str], seen: Mapping[int, int]) -> dict[str, Record]:
    """Read all that is known about some persons, as ``Record`` each."""
    wanted = list(persons)
    records = {person: Record(seen=seen.get(shard_of(person), 0)) for person in wanted}
    for person, book, begins, ends, birth in await connection.fetch(_COVERAGES, wanted):
        records[person].births[book] = birth
        records[person].coverages.append(Dated(book, "covered", begins, ends))
    for person, *fact in await connection.fetch(_TAGS, wanted):
        records[person].tags.append(Dated(*fact))
    for person, *fact in await connection.fetch(_CERTIFICATES, wanted):
        records[person].certificates.append(Dated(*fact))
    for person, *fact in await connection.fetch(_STATUSES, wanted):
        records[person].statuses.append(Dated(*fact))
    for person, book, balance in await connection.fetch(_BALANCES, wanted):
        records[person].balances[book] = balance
    for person, *stay in await connection.fetch(_STAYS, wanted):
        records[person].stays.append(Stay(*stay))
    await _read_years(connection, records)
    return records


async def terms_of(connection: Connection, providers: Collection[str]) -> Providers:
    """Read the agreements of some providers."""
    found: defaultdict[str, list[Terms]] = defaultdict(list)
    for provider, *terms in await connection.fetch(_TERMS, list(providers)):
        found[provider].append(Terms(*terms))
    return found


def terms_on(providers: Providers, provider: str, day: date) -> Terms | None:
    """Pick the agreement in force on a day; None where there was none yet."""
    return next((terms for terms in providers.get(provider, ()) if terms.since <= day), None)


async def _read_years(connection: Connection, records: Mapping[str, Record]) -> None:
    wanted = list(records)
    chronic: defaultdict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
    for person, book, year, disease, used in await connection.fetch(_CHRONIC, wanted):
        chronic[person, book, year][disease] = used
    for row in await connection.fetch(_YEARS, wanted):
        person, book, year, basic, own_in_scope, supplement, assistance, outpatient = row
        used_by_disease = chronic[person, book, year]
        records[person].years[book, year] = Year(
            basic, own_in_scope, supplement, assistance, outpatient, used_by_disease
        )


_SEEN = """
select shard, seq from log.applied
where source = 'enrollment' and shard = any($1::smallint[])
order by shard
for share
"""

_COVERAGES = """
select person, book, begins, ends, birth from state.coverage
where person = any($1::text[])
order by person, book, begins
"""

_TAGS = "select person, book, tag, begins, ends from state.tag where person = any($1::text[])"

_CERTIFICATES = "select person, book, disease, begins, ends from state.certificate where person = any($1::text[])"

_STATUSES = "select person, book, status, since, null::date from state.status where person = any($1::text[])"

_BALANCES = """
select credit.person, credit.book, credit.amount - coalesce(spent.amount, 0)
from state.account_credit as credit
left join state.account_spent as spent on spent.person = credit.person and spent.book = credit.book
where credit.person = any($1::text[])
"""

_YEARS = """
select person, book, year, basic, own_in_scope, supplement, assistance, outpatient
from state.accumulator
where person = any($1::text[])
"""

_CHRONIC = "select person, book, year, disease, used from state.chronic where person = any($1::text[])"

_STAYS = """
select person, claim, disease, admitted, discharged, approved from state.stay
where person = any($1::text[])
"""

_TERMS = """
select provider, since, level, area, agreement from state.provider
where provider = any($1::text[])
order by provider, since desc
"""
