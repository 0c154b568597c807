"""What enrollment's events mean for its tables: one statement for each kind, whatever the size of the batch."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contracts.enrollment import ContributionReceived, DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import Event
from services.chassis.postgres import Connection

STATE_TABLES = ("state.enrolment", "state.contribution", "state.tag", "state.certificate", "state.status")


async def evolve(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events of the own log into the state tables."""
    for kind, statement in _FOLDS.items():
        bodies = [event.body for event in events if event.kind == kind]
        if bodies:
            await connection.execute(statement, bodies)


_FOLDS: Mapping[str, str] = MappingProxyType(
    {
        Enrolled.KIND: """
insert into state.enrolment (person, book, begins, ends, psn_type, birth)
select said.person, said.book, said.begins, said.ends, said.psn_type, said.birth
from unnest($1::text[]) as body,
    jsonb_to_record(body::jsonb) as said (
        person text, book text, begins date, ends date, psn_type text, birth date
    )
""",
        ContributionReceived.KIND: """
insert into state.contribution (
    person, year, payer, bank_key, book, channel, amount, personal_account, value_date
)
select
    said.person, said.year, said.payer, said.bank_key, said.book, said.channel, said.amount,
    said.personal_account, said.value_date
from unnest($1::text[]) as body,
    jsonb_to_record(body::jsonb) as said (
        person text, year int, payer text, bank_key text, book text, channel text, amount bigint,
        personal_account bigint, value_date date
    )
""",
        TagChanged.KIND: """
insert into state.tag (person, book, tag, begins, ends)
select distinct on (said.person, said.book, said.tag, said.begins)
    said.person, said.book, said.tag, said.begins, said.ends
from unnest($1::text[]) with ordinality as given (body, n),
    jsonb_to_record(body::jsonb) as said (person text, book text, tag text, begins date, ends date)
order by said.person, said.book, said.tag, said.begins, n desc
on conflict (person, book, tag, begins) do update set ends = excluded.ends
""",
        DiseaseCertified.KIND: """
insert into state.certificate (person, book, disease, begins, ends)
select distinct on (said.person, said.book, said.disease, said.begins)
    said.person, said.book, said.disease, said.begins, said.ends
from unnest($1::text[]) with ordinality as given (body, n),
    jsonb_to_record(body::jsonb) as said (person text, book text, disease text, begins date, ends date)
order by said.person, said.book, said.disease, said.begins, n desc
on conflict (person, book, disease, begins) do update set ends = excluded.ends
""",
        StatusChanged.KIND: """
insert into state.status (person, book, since, status)
select distinct on (said.person, said.book, said.since)
    said.person, said.book, said.since, said.status
from unnest($1::text[]) with ordinality as given (body, n),
    jsonb_to_record(body::jsonb) as said (person text, book text, since date, status text)
order by said.person, said.book, said.since, n desc
on conflict (person, book, since) do update set status = excluded.status
""",
    }
)
"""The last word on a tag, an illness or a state counts, in the order of the log."""
