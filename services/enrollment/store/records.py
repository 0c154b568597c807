"""What enrollment looks up and keeps: people and their records; names and certificates stay in the vault."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import asyncpg

from services.chassis.errors import Conflict
from services.chassis.postgres import Connection
from services.enrollment.model import Certificate, Enrolment, Key, Membership, Period


async def holders(
    connection: Connection, certificates: Collection[Certificate], persons: Collection[str]
) -> dict[str, Certificate]:
    """Give the certificate of each person who is named, or who holds one of these certificates."""
    types = [certificate.type for certificate in certificates]
    numbers = [certificate.number for certificate in certificates]
    rows = await connection.fetch(_HOLDERS, types, numbers, list(persons))
    return {row["person"]: Certificate(row["certificate_type"], row["certificate"]) for row in rows}


async def keep_people(connection: Connection, people: Mapping[str, Enrolment], actor: str) -> None:
    """Write who the person numbers are, or what is new about them. Raises ``Conflict`` CERTIFICATE_TAKEN."""
    rows = [
        (number, *said.certificate(), said.name, said.sex, said.birth, said.phone, actor)
        for number, said in sorted(people.items())
    ]
    try:
        await connection.execute(_KEEP_PEOPLE, *map(list, zip(*rows, strict=True)))
    except asyncpg.UniqueViolationError:
        raise Conflict("CERTIFICATE_TAKEN", "another request enrolled this certificate just now", "certno") from None


async def periods(connection: Connection, persons: Collection[str]) -> dict[Membership, list[Period]]:
    """Give the enrolled periods of these people, by person and book."""
    found: defaultdict[Membership, list[Period]] = defaultdict(list)
    for person, book, begins, ends in await connection.fetch(_PERIODS, list(persons)):
        found[person, book].append(Period(begins, ends))
    return found


async def memberships(connection: Connection, persons: Collection[str]) -> frozenset[Membership]:
    """Tell in which books these people are or were enrolled."""
    rows = await connection.fetch(_MEMBERSHIPS, list(persons))
    return frozenset((row["person"], row["book"]) for row in rows)


async def known_contributions(connection: Connection, keys: Sequence[Key]) -> frozenset[Key]:
    """Tell which of these contributions are on record."""
    rows = await connection.fetch(_KNOWN, *map(list, zip(*keys, strict=True)))
    return frozenset(Key(*row) for row in rows)


async def person(connection: Connection, number: str) -> dict[str, Any] | None:
    """Give all that is on record about a person, or None; name and certificate are not masked here."""
    row = await connection.fetchrow(_PERSON, number)
    if row is None:
        return None
    records = {name: await connection.fetch(query, number) for name, query in _RECORDS.items()}
    return dict(row) | {name: [dict(row) for row in rows] for name, rows in records.items()}


_HOLDERS = """
select person, certificate_type, certificate from vault.person
where (certificate_type, certificate) in (select * from unnest($1::text[], $2::text[]))
union
select person, certificate_type, certificate from vault.person
where person = any($3::text[])
"""

_KEEP_PEOPLE = """
insert into vault.person as known (
    person, certificate_type, certificate, name, sex, birth, phone, changed_by
)
select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[]
)
on conflict (person) do update
set name = excluded.name, sex = excluded.sex, birth = excluded.birth,
    phone = coalesce(excluded.phone, known.phone), changed_by = excluded.changed_by
"""

_PERIODS = """
select person, book, begins, ends from state.enrolment
where person = any($1::text[])
order by person, book, begins
"""

_MEMBERSHIPS = "select distinct person, book from state.enrolment where person = any($1::text[])"

_KNOWN = """
select person, year, payer, bank_key from state.contribution
where (person, year, payer, bank_key) in (
    select * from unnest($1::text[], $2::int[], $3::text[], $4::text[])
)
"""

_PERSON = """
select person, name, certificate_type, certificate, sex, birth, phone from vault.person
where person = $1
"""

_RECORDS: Mapping[str, str] = {
    "enrolments": """
        select book, begins, ends, psn_type from state.enrolment where person = $1 order by book, begins""",
    "contributions": """
        select book, year, payer, channel, amount, personal_account, value_date, bank_key
        from state.contribution where person = $1 order by book, year, payer, bank_key""",
    "tags": "select book, tag, begins, ends from state.tag where person = $1 order by book, tag, begins",
    "certificates": """
        select book, disease, begins, ends from state.certificate
        where person = $1 order by book, disease, begins""",
    "statuses": "select book, since, status from state.status where person = $1 order by book, since",
}
