"""What payment's own events mean for batches and lines: a few statements for each kind, whatever the batch size."""

from collections.abc import Sequence

from contracts.envelope import Event
from contracts.payments import (
    BatchProposed,
    BatchVoided,
    PaymentBatched,
    PaymentConfirmed,
    PaymentReturned,
    RepaymentRequested,
)
from services.chassis.postgres import Connection

STATE_TABLES = ("state.payable", "state.voucher", "state.batch", "state.line")


async def evolve(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events of the own log into the state tables.

    A batch and its lines only ever move on from one kind to the next, so the kinds may be taken one after the other.
    """
    for kind, statements in _FOLDS:
        said = [(event.body, event.business_date) for event in events if event.kind == kind]
        if said:
            bodies, days = map(list, zip(*said, strict=True))
            for statement in statements:
                await connection.execute(statement, bodies, days)


_PROPOSE_BATCH = """
insert into state.batch (batch, book, account, bank, maker, status, total, proposed_on)
select said.batch, said.book, said.account, said.bank, said.maker, 'proposed', said.total, given.day
from unnest($1::text[], $2::date[]) as given (body, day),
    jsonb_to_record(given.body::jsonb) as said (
        batch text, book text, account text, bank text, maker text, total bigint
    )
"""

_PROPOSE_LINES = """
insert into state.line (
    line, batch, n, claim, kind, person, pay_to, payee, payee_version, amount,
    basic, supplement, critical, assistance, repays, decision, status
)
select
    said.line, given.body::jsonb ->> 'batch', item.n, said.claim, said.kind, said.person, said.pay_to, said.payee,
    (given.body::jsonb -> 'payee_versions' -> (item.n - 1)::int)::int, said.amount,
    layer.basic, layer.supplement, layer.critical, layer.assistance, said.repays, said.decision, 'proposed'
from unnest($1::text[], $2::date[]) as given (body, day),
    jsonb_array_elements(given.body::jsonb -> 'lines') with ordinality as item (line, n),
    jsonb_to_record(item.line) as said (
        line text, claim text, kind text, person text, pay_to text, payee text, amount bigint, split jsonb,
        repays text, decision uuid
    ),
    jsonb_to_record(said.split) as layer (basic bigint, supplement bigint, critical bigint, assistance bigint)
"""

_VOID_BATCH = """
update state.batch
set status = 'void', void_reason = said.reason, note = said.note
from unnest($1::text[], $2::date[]) as given (body, day),
    jsonb_to_record(given.body::jsonb) as said (batch text, reason text, note text)
where batch.batch = said.batch
"""

_ORDER_BATCH = """
update state.batch
set status = 'ordered', checker = said.checker, file_digest = said.file_digest, ordered_on = given.day
from unnest($1::text[], $2::date[]) as given (body, day),
    jsonb_to_record(given.body::jsonb) as said (batch text, checker text, file_digest text)
where batch.batch = said.batch
"""

_CONFIRM_BATCH = """
update state.batch
set status = 'paid', bank_voucher = said.bank_voucher, value_date = said.value_date
from unnest($1::text[], $2::date[]) as given (body, day),
    jsonb_to_record(given.body::jsonb) as said (batch text, bank_voucher text, value_date date)
where batch.batch = said.batch
"""

_MOVE_LINES = """
update state.line
set status = '{status}'
from unnest($1::text[], $2::date[]) as given (body, day)
where line.batch = given.body::jsonb ->> 'batch'
"""

_RETURN_LINE = """
update state.line
set status = 'returned', return_reason = said.reason, return_voucher = said.bank_voucher,
    returned_on = said.value_date
from unnest($1::text[], $2::date[]) as given (body, day),
    jsonb_to_record(given.body::jsonb) as said (line jsonb, reason text, bank_voucher text, value_date date)
where line.line = said.line ->> 'line'
"""

_LET_REPAY = """
update state.line
set status = 'repaying'
from unnest($1::text[], $2::date[]) as given (body, day)
where line.line = given.body::jsonb ->> 'line'
"""

_FOLDS: Sequence[tuple[str, Sequence[str]]] = (
    (BatchProposed.KIND, (_PROPOSE_BATCH, _PROPOSE_LINES)),
    (BatchVoided.KIND, (_VOID_BATCH, _MOVE_LINES.format(status="void"))),
    (PaymentBatched.KIND, (_ORDER_BATCH, _MOVE_LINES.format(status="ordered"))),
    (PaymentConfirmed.KIND, (_CONFIRM_BATCH, _MOVE_LINES.format(status="paid"))),
    (PaymentReturned.KIND, (_RETURN_LINE,)),
    (RepaymentRequested.KIND, (_LET_REPAY,)),
)
