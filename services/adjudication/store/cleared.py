"""What payment's events mean here (清算): which claims stand in a bank file that was sealed, and did not come back."""

from collections.abc import Sequence

from contracts.envelope import Event
from contracts.payments import PaymentBatched, PaymentReturned
from services.chassis.postgres import Connection


async def fold_cleared(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events of payment's log: a line is ordered once, and comes back at most once, later."""
    for kind, statement in ((PaymentBatched.KIND, _CLEAR), (PaymentReturned.KIND, _COME_BACK)):
        bodies = [event.body for event in events if event.kind == kind]
        if bodies:
            await connection.execute(statement, bodies)


async def is_cleared(connection: Connection, claim: str) -> bool:
    """Tell whether money for a claim was ordered from the bank or paid, and did not come back, as far as is known."""
    return bool(await connection.fetchval("select exists (select from state.cleared where claim = $1)", claim))


_CLEAR = """
insert into state.cleared (line, claim)
select item.line, item.claim
from unnest($1::text[]) as given (body),
    jsonb_to_recordset(given.body::jsonb -> 'lines') as item (line text, claim text)
"""

_COME_BACK = """
delete from state.cleared as cleared
using unnest($1::text[]) as given (body)
where cleared.line = given.body::jsonb #>> '{line,line}'
"""
