"""The bank's papers come in: accounts are opened, statements are taken or refused, and balances are compared."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.bank import BankAccountOpened, StatementFormat
from contracts.text import Code
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import Answer, command
from services.chassis.errors import BadInput, Conflict, Fault, NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log, Unit
from services.ledger import evidence
from services.ledger.api import views
from services.ledger.api.answers.closing import OpenedAccount, ShownAccount, ShownReconciliation, TakenStatements
from services.ledger.api.printing import MEDIA, Form, answer
from services.ledger.bank.read import READERS
from services.ledger.bank.statement import Problem, Statement, StatementRefusedError, check, twins
from services.ledger.decide.importing import Days, imported, misfits
from services.ledger.decide.reconciliation import Reconciliation
from services.ledger.reading import newest_chart
from services.ledger.records import BankAccount
from services.ledger.reports import book_page
from services.ledger.store import bank, closing

Accountant = Annotated[Caller, Depends(require("accountant", "service"))]
Chief = Annotated[Caller, Depends(require("chief_accountant"))]
Reader = Annotated[Caller, Depends(require("accountant", "chief_accountant", "auditor", "operator", "service"))]
Twins = Literal["refuse", "keep"]

_FILE = {"schema": {"type": "string", "description": "the bank's file, as it came"}}
_STATEMENT_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": _FILE}}}


def router(log: Log) -> APIRouter:
    """Make the routes under ``/bank-accounts``, ``/statements`` and ``/reconciliations``."""
    routes = APIRouter(tags=["bank"])

    @routes.post("/bank-accounts", status_code=201, responses=answers(OpenedAccount, 201))
    async def open_account(request: Request, body: BankAccountOpened, caller: Chief) -> Response:
        """开立银行账户: from ``since`` on no day is sealed without its statement."""
        return await command(log, request, caller, lambda unit, cause: _open(unit, cause, body))

    @routes.get("/bank-accounts", responses=answers(list[ShownAccount]))
    async def list_accounts(caller: Reader) -> list[dict[str, Any]]:
        """List the bank accounts."""
        async with log.pool.acquire() as conn:
            return [account._asdict() for account in await bank.accounts(conn)]

    @routes.post("/statements", status_code=201, responses=answers(TakenStatements, 201), openapi_extra=_STATEMENT_BODY)
    async def import_statement(
        request: Request,
        caller: Accountant,
        account: Annotated[Code, Query(description="the bank account")],
        format: Annotated[StatementFormat, Query()],  # noqa: A002 - the word of the interface
        keep_twins: Annotated[Twins, Query(alias="twins")] = "refuse",
    ) -> Response:
        """银行对账单: the bank's file as it is. Refused whole, with everything that is wrong, unless it adds up."""
        file = await request.body()
        statements = _read(file, format, keep_twins)

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _take_in(unit, cause, account, statements, format, file)

        return await command(log, request, caller, work)

    @routes.get(
        "/reconciliations/{bank_account}/{day}",
        response_model=None,
        responses=answers(ShownReconciliation, also=MEDIA.values()),
    )
    async def reconciliation(
        bank_account: Code, day: date, caller: Reader, form: Form = "json"
    ) -> dict[str, Any] | Response:
        """银行存款余额调节表 of an account at the end of a day; fen in JSON, yuan elsewhere."""
        async with log.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            table = await _reconciled(conn, bank_account, day)
        return await answer(form, views.reconciliation(table), lambda: book_page.reconciliation(table))

    return routes


async def _open(unit: Unit, cause: UUID, body: BankAccountOpened) -> Answer:
    await unit.lock("day", body.bank_account)
    await _must_stand_in_chart(unit, body)
    if await bank.account(unit.conn, body.bank_account) is not None:
        raise Conflict("ACCOUNT_KNOWN", f"{body.bank_account} is open already", "bank_account")
    unit.append(body, stream=body.bank_account, cause=cause)
    return 201, {"bank_account": body.bank_account}


async def _take_in(
    unit: Unit, cause: UUID, name: str, statements: Sequence[Statement], form: StatementFormat, file: bytes
) -> Answer:
    await unit.lock(name)
    account = await _account(unit, name)
    await _must_fit(unit, account, statements)
    for n, statement in enumerate(statements):
        unit.append(imported(statement, account, form, file), stream=name, cause=cause, n=n)
    return 201, {"statements": [views.statement(statement) for statement in statements]}


async def _reconciled(conn: Connection, bank_account: str, day: date) -> Reconciliation:
    head = await bank.statement(conn, bank_account, day)
    if head is None:
        raise NotFound("STATEMENT_MISSING", f"the statement of {bank_account} for {day} is not in", "day")
    exceptions = await bank.open_exceptions(conn, day)
    return await evidence.reconciliation(conn, bank_account, day, head.closing, exceptions)


def _read(file: bytes, form: StatementFormat, keep_twins: Twins) -> Sequence[Statement]:
    try:
        statements = READERS[form](file)
    except StatementRefusedError as refused:
        raise _refusal(refused.problems) from None
    problems = [problem for statement in statements for problem in check(statement)]
    if keep_twins == "refuse":
        problems += [problem for statement in statements for problem in twins(statement.lines)]
    if problems:
        raise _refusal(problems)
    return sorted(statements, key=lambda statement: statement.day)


async def _must_stand_in_chart(unit: Unit, opened: BankAccountOpened) -> None:
    chart = await newest_chart(unit.conn)
    if not chart.has(opened.book):
        raise BadInput("UNKNOWN_BOOK", f"the chart has no book {opened.book}", "book")
    code = chart.bank_account(opened.book, opened.account)
    if code is None:
        raise BadInput("UNKNOWN_ACCOUNT", f"no bank stands behind the account {opened.account}", "account")
    if code != opened.bank_account:
        raise BadInput("OTHER_CODE", f"what stands behind {opened.account} of {opened.book} is {code}", "bank_account")


async def _account(unit: Unit, account: str) -> BankAccount:
    known = await bank.account(unit.conn, account)
    if known is None:
        raise NotFound("ACCOUNT_UNKNOWN", f"there is no bank account {account}", "account")
    return known


async def _must_fit(unit: Unit, account: BankAccount, statements: Sequence[Statement]) -> None:
    sealed = await closing.last_sealed(unit.conn)
    days = Days(await closing.open_day(unit.conn), await closing.waiting(unit.conn), sealed)
    before = await bank.statement_before(unit.conn, account.bank_account, date.max)
    problems: list[Problem] = []
    for statement in statements:
        problems += misfits(statement, account, before, days)
        serials = [(line.serial, line.booked, line.amount) for line in statement.lines if line.serial]
        problems += [
            Problem("DUPLICATE_SERIAL", f"serial {serial}", f"the line of serial {serial} came in before")
            for serial in await bank.known_serials(unit.conn, account.bank_account, serials)
        ]
        before = views.head_of(statement, account)
    if problems:
        raise _refusal(problems)


def _refusal(problems: Sequence[Problem]) -> BadInput:
    return BadInput.of([Fault(problem.code, problem.place, problem.sentence) for problem in problems])
