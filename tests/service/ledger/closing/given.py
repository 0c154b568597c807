"""A fund's finance office in a test: three sources that send events, a bank that sends statements, people who seal."""

import asyncio
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import httpx
import orjson
from fastapi import FastAPI

from contracts.clawbacks import FundSplit
from contracts.days import DayEnded, Total
from contracts.enrollment import ContributionReceived
from contracts.envelope import SHARDS, Body, Event
from contracts.ledger import Voucher, VoucherApproved, VoucherLine, VoucherProposed
from contracts.money import yuan
from contracts.payments import PaymentConfirmed, PaymentLine
from deploy.databases import Database
from services.chassis.http import server
from services.chassis.progress import Progress
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.ledger.decide.gate import SOURCES
from services.ledger.handlers import fold

BOOK = "340706-390"
IN, FI, OUT = f"{BOOK}-IN", f"{BOOK}-FI", f"{BOOK}-OUT"
DAY1, DAY2, DAY3 = date(2017, 3, 1), date(2017, 3, 2), date(2017, 3, 3)
MAKER, CHECKER = "zhao.kuaiji", "qian.zhuguan"


@dataclass
class Office:
    """The ledger's counter and its database, and what stands around them."""

    client: httpx.AsyncClient
    issuer: Issuer
    log: Log
    database: Database
    app: FastAPI
    settings: Settings
    progress: Progress
    sent: defaultdict[tuple[str, int, date], list[Body]] = field(default_factory=lambda: defaultdict(list))
    seqs: defaultdict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    async def post(self, path: str, body: Any, role: str, actor: str, **query: str) -> httpx.Response:
        raw = isinstance(body, bytes)
        headers = {
            "authorization": f"Bearer {self.issuer.token(actor, [role])}",
            "content-type": "application/octet-stream" if raw else "application/json",
            "idempotency-key": str(uuid4()),
        }
        return await self.client.post(path, content=body if raw else orjson.dumps(body), headers=headers, params=query)

    async def get(self, path: str, role: str = "auditor") -> httpx.Response:
        return await self.client.get(path, headers={"authorization": f"Bearer {self.issuer.token('sun.ji', [role])}"})

    async def receive(self, source: str, day: date, *bodies: Body, shard: int = 0) -> None:
        """Events of a source arrive in one shard and are booked."""
        events = []
        for body in bodies:
            self.seqs[source, shard] += 1
            events.append(event_of(source, shard, self.seqs[source, shard], day, body))
            self.sent[source, shard, day].append(body)
        async with self.log.pool.acquire() as conn, conn.transaction():
            await fold(conn, source, events)

    async def markers(self, day: date, following: date, sources: Sequence[str] = SOURCES, parked: int = 0) -> None:
        """The sources end the day in all their shards, with their control totals and what they have parked."""
        for source in sources:
            for shard in range(SHARDS):
                totals = totals_of(self.sent[source, shard, day])
                marker = DayEnded(source=source, shard=shard, day=day, next=following, totals=totals, parked=parked)
                await self.receive(source, day, marker, shard=shard)

    async def voucher(
        self, number: str, lines: Sequence[tuple[str, str, int, str | None]], day: date = DAY1, claim: str | None = None
    ) -> None:
        """Two people book a voucher by hand: account, side, amount, bank key."""
        voucher = Voucher(
            voucher=number,
            book=BOOK,
            template="FREE",
            incurred_on=day,
            summary=f"凭证 {number}",
            corrects=None,
            corrects_day=None,
            lines=tuple(
                VoucherLine(
                    account=account,
                    side=side,
                    amount=amount,
                    person=None,
                    provider=None,
                    batch=None,
                    bank_key=key,
                    claim=claim,
                )
                for account, side, amount, key in lines
            ),
            attachments=(),
        )
        async with self.log.unit("books") as unit:
            cause = uuid5(NAMESPACE_URL, number)
            unit.append(VoucherProposed(maker=MAKER, voucher=voucher), stream=BOOK, cause=cause)
            unit.append(VoucherApproved(maker=MAKER, checker=CHECKER, voucher=voucher), stream=BOOK, cause=cause)

    async def open_accounts(self, *codes: str, since: date = DAY1) -> None:
        for code in codes:
            account = {"IN": "1002", "FI": "1003", "OUT": "1004"}[code.rpartition("-")[2]]
            body = {"bank_account": code, "book": BOOK, "account": account, "number": code, "since": since}
            answer = await self.post("/bank-accounts", body, "chief_accountant", CHECKER)
            assert answer.status_code == 201, answer.text

    async def statement(self, account: str, day: date, opening: int, *lines: tuple[str, int, str]) -> httpx.Response:
        """The bank sends a statement: serial, amount in fen, key of each line."""
        return await self.post(
            "/statements", csv(account, day, opening, lines), "accountant", MAKER, account=account, format="csv"
        )

    async def may_stand(self, bank_account: str, account: str, expires: date, day: date | None = None) -> str:
        """Two people answer for a balance; gives the number of the exception."""
        proposed = await self.propose_to_stand(bank_account, account, expires, day)
        number = str(proposed.json()["exception"])
        answer = await self.post(f"/exceptions/{number}/approve", {}, "chief_accountant", CHECKER)
        assert answer.status_code == 201, answer.text
        return number

    async def propose_to_stand(
        self, bank_account: str, account: str, expires: date, day: date | None = None
    ) -> httpx.Response:
        """One person answers for a balance."""
        body = {
            "bank_account": bank_account,
            "book": BOOK,
            "side": "balance",
            "item": account,
            "reason": "月末汇缴在途",
            "owner": "sun.chuna",
            "expires": expires,
            "day": day,
        }
        return await self.post("/exceptions", body, "accountant", MAKER)

    async def end(self, day: date, following: date) -> None:
        answer = await self.post("/days/end", {"day": day, "next": following}, "operator", "cron")
        assert answer.status_code == 201, answer.text

    async def prepare(self, day: date) -> dict[str, Any]:
        answer = await self.post(f"/days/{day}/prepare", {}, "accountant", MAKER)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def seal(self, day: date, digest: str, actor: str = CHECKER) -> httpx.Response:
        return await self.post(f"/days/{day}/seal", {"digest": digest}, "chief_accountant", actor)

    async def close(self, day: date) -> dict[str, Any]:
        """Two people seal the day."""
        prepared = await self.prepare(day)
        assert prepared["ready"], prepared["missing"]
        sealed = await self.seal(day, prepared["digest"])
        assert sealed.status_code == 201, sealed.text
        return sealed.json()

    @asynccontextmanager
    async def counter(self) -> AsyncIterator[str]:
        """Open the counter on a real port, for those who come over the network; gives its address."""
        async with self.serving(self.app) as url:
            yield url

    @asynccontextmanager
    async def serving(self, app: FastAPI) -> AsyncIterator[str]:
        """Open a counter, or the feed of another log, on a real port; gives its address."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            web = server(app, self.settings)
            serving = asyncio.create_task(web.serve(sockets=[listening]))
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            finally:
                web.should_exit = True
                await serving


def csv(account: str, day: date, opening: int, lines: Sequence[tuple[str, int, str]]) -> bytes:
    closing = opening + sum(amount for _, amount, _ in lines)
    plain = {"opening": yuan(opening).replace(",", ""), "closing": yuan(closing).replace(",", "")}
    head = [f"account,{account}", f"number,{day}", f"day,{day}", "currency,CNY"]
    head += [f"{name},{amount}" for name, amount in plain.items()]
    rows = [f"{serial},{day},{day},{yuan(amount).replace(',', '')},{key},流水" for serial, amount, key in lines]
    return "\n".join([*head, "", "serial,booked,value,amount,key,text", *rows, ""]).encode()


def event_of(source: str, shard: int, seq: int, day: date, body: Body) -> Event:
    key = uuid5(NAMESPACE_URL, f"{source}/{shard}/{seq}")
    moment = datetime.combine(day, datetime.min.time(), UTC)
    text = body.canonical().decode()
    event = Event(
        shard, seq, key, "stream", body.KIND, body.VERSION, text, "somebody", key, day, moment, bytes(32), b""
    )
    return event._replace(hash=event.digest())


def totals_of(bodies: Sequence[Body]) -> tuple[Total, ...]:
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for body in bodies:
        book, amount = body.control()
        sums[body.KIND, book][0] += 1
        sums[body.KIND, book][1] += amount
    return tuple(Total(kind=kind, book=book, count=n, amount=fen) for (kind, book), (n, fen) in sorted(sums.items()))


def contribution(n: int, **changes: Any) -> ContributionReceived:
    facts: Mapping[str, Any] = {
        "person": f"P{n:05}",
        "book": BOOK,
        "year": 2017,
        "payer": "personal",
        "channel": "agency",
        "amount": 15_000,
        "personal_account": 0,
        "value_date": DAY1,
        "bank_key": "SK-0301",
    }
    return ContributionReceived(**{**facts, **changes})


def payment(batch: str, *claims: tuple[str, int], day: date = DAY1) -> PaymentConfirmed:
    lines = tuple(
        PaymentLine(
            line=f"{batch}-{n}",
            claim=claim,
            kind="inpatient",
            person=f"P{n:05}",
            pay_to="provider",
            payee="H34070600001",
            amount=amount,
            split=FundSplit(basic=amount, supplement=0, critical=0, assistance=0),
            repays=None,
        )
        for n, (claim, amount) in enumerate(claims, 1)
    )
    return PaymentConfirmed(
        batch=batch,
        book=BOOK,
        account=OUT,
        bank_voucher=f"V-{batch}",
        value_date=day,
        total=sum(line.amount for line in lines),
        lines=lines,
    )


async def codes(answer: httpx.Response) -> list[str]:
    """Give the codes of a refusal."""
    return [error["code"] for error in answer.json()["errors"]]


async def a_line_that_only_the_bank_has(office: Office) -> None:
    await office.open_accounts(IN)
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0, ("S1", 15_000, "SK-0301"))


async def register(office: Office, **changes: Any) -> httpx.Response:
    """Somebody registers that line as an open difference."""
    body = {
        "bank_account": IN,
        "book": BOOK,
        "side": "bank",
        "item": f"{DAY1}/1",
        "reason": "税务明细未到",
        "owner": "sun.chuna",
        "expires": DAY3,
        **changes,
    }
    return await office.post("/exceptions", body, "accountant", MAKER)
