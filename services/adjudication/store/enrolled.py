"""What enrollment's events mean here (参保信息): who is covered, with which tags, illnesses, status and account."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contracts.enrollment import ContributionReceived, DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import Event
from services.chassis.postgres import Connection


async def fold_enrolled(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events of enrollment's log into the tables of cover; one statement a kind, the last word counts."""
    for kind, statement in _FOLDS.items():
        bodies = [event.body for event in events if event.kind == kind]
        if bodies:
            await connection.execute(statement, bodies)


_FOLDS: Mapping[str, str] = MappingProxyType(
    {
        Enrolled.KIND: """
insert into state.coverage (person, book, begins, ends, birth)
select distinct on (said.person, said.book, said.begins)
    said.person, said.book, said.begins, said.ends, said.birth
from unnest($1::text[]) with ordinality as given (body, n),
    jsonb_to_record(body::jsonb) as said (person text, book text, begins date, ends date, birth date)
order by said.person, said.book, said.begins, n desc
on conflict (person, book, begins) do update set ends = excluded.ends, birth = excluded.birth
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
        ContributionReceived.KIND: """
insert into state.account_credit as credit (person, book, amount)
select said.person, said.book, sum(said.personal_account)
from unnest($1::text[]) as body,
    jsonb_to_record(body::jsonb) as said (person text, book text, personal_account bigint)
where said.personal_account > 0
group by said.person, said.book
on conflict (person, book) do update set amount = credit.amount + excluded.amount
""",
    }
)
