"""The payment desk as makers, checkers and the bank meet it, and what adjudication tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
import httpx
import orjson

from contracts.claims import Adjudicated, Amounts, Counted
from contracts.clawbacks import Clawback, ClawbackReversed, FundSplit
from contracts.envelope import Body, Event
from contracts.ids import entry_id
from contracts.ledger import Voucher, VoucherApproved, VoucherLine
from deploy.databases import Database
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.payment.handlers import learn_booked, take_in

FIRST_DAY = date(2017, 3, 1)
BOOK = "340706-390"
ACCOUNT = "340706-390-OUT"
HOSPITAL = "H34070600001"
NOTHING_COUNTED = Counted(
    year=2017, basic=0, own_in_scope=0, supplement=0, assistance=0, outpatient=0, chronic=0, disease=None
)
NAMESPACE = UUID("6f0d5a0e-0c1f-4b64-9a0c-5a7f0e5a7f0e")


@dataclass
class Desk:
    """One service over HTTP, and a hand that feeds it adjudication's events."""

    client: httpx.AsyncClient
    issuer: Issuer
    log: Log
    database: Database
    heard: list[Event] = field(default_factory=list)
    books: list[Event] = field(default_factory=list)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        actor: str = "wang.wu",
        role: str = "maker",
        key: str | None = None,
        method: str = "POST",
    ) -> httpx.Response:
        """Send JSON, NDJSON (a list) or bytes."""
        kind = "application/json"
        match body:
            case bytes():
                content, kind = body, "text/plain"
            case list():
                content, kind = b"\n".join(map(orjson.dumps, body)), "application/x-ndjson"
            case None:
                content = b""
            case _:
                content = orjson.dumps(body)
        headers = {
            "authorization": f"Bearer {self.issuer.token(actor, [role])}",
            "content-type": kind,
            "idempotency-key": key or str(uuid4()),
        }
        return await self.client.request(method, path, content=content, headers=headers)

    async def get(self, path: str, *, role: str = "maker") -> httpx.Response:
        token = self.issuer.token("wang.wu", [role])
        return await self.client.get(path, headers={"authorization": f"Bearer {token}"})

    async def hear(self, *bodies: Body) -> None:
        """Let adjudication say these things."""
        events = [said(body, n) for n, body in enumerate(bodies, len(self.heard) + 1)]
        async with self.log.unit("payment") as unit:
            await take_in(unit, events)
        self.heard += events

    async def booked(self, *bodies: Body) -> None:
        """Let the ledger say these things."""
        events = [said(body, n) for n, body in enumerate(bodies, len(self.books) + 1)]
        async with self.log.unit("payment") as unit:
            await learn_booked(unit, events)
        self.books += events

    async def accounts(self, *payees: str) -> None:
        """Give each payee a good bank account."""
        answer = await self.post(
            "/payees/bulk", [account() | {"payee": payee} for payee in payees], actor="li.si", role="clerk"
        )
        assert answer.status_code == 200, answer.text

    async def made(self, **changes: Any) -> list[str]:
        """Let the maker put up what is due; give the numbers of the batches."""
        answer = await self.post("/batches", {"book": BOOK, "account": ACCOUNT} | changes)
        assert answer.status_code == 201, answer.text
        return [batch["batch"] for batch in answer.json()["batches"]]

    async def approve(self, batch: str, *, actor: str = "zhao.liu", role: str = "checker") -> httpx.Response:
        return await self.post(f"/batches/{batch}/approve", actor=actor, role=role)

    async def ordered(self, *amounts: int) -> str:
        """Bring one batch of claims of persons 1, 2, … to the bank."""
        await self.hear(*(approved(n, fund) for n, fund in enumerate(amounts, 1)))
        await self.accounts(*(person(n) for n in range(1, len(amounts) + 1)))
        [batch] = await self.made()
        assert (await self.approve(batch)).status_code == 200
        return batch

    async def bank_says(self, batch: str, back: Mapping[int, str] | None = None, **head: Any) -> httpx.Response:
        """Bring the bank's return file of a batch."""
        shown = (await self.get(f"/batches/{batch}")).json()
        return await self.post(
            "/bank-returns", bank_return(shown, head.pop("digest", shown["file_digest"]), back, **head)
        )

    async def lines(self, batch: str) -> list[dict[str, Any]]:
        shown: dict[str, Any] = (await self.get(f"/batches/{batch}")).json()
        lines: list[dict[str, Any]] = shown["lines"]
        return lines

    async def payables(self) -> list[tuple[str, int, str | None]]:
        """List claim, amount and repaid line of what is due."""
        found = (await self.get(f"/payables?book={BOOK}")).json()["payables"]
        return [(row["claim"], row["amount"], row["repays"]) for row in found]

    async def kinds(self) -> list[str]:
        async with self.log.pool.acquire() as connection:
            rows = await connection.fetch("select kind from log.event order by kind, shard, seq")
        return [row["kind"] for row in rows]


def person(n: int) -> str:
    return f"34070600{n:06d}"


def claim(n: int) -> str:
    return f"C{n:06d}"


def account(**changes: str) -> dict[str, str]:
    return {"name": "张建国", "account": "6228480402564890018", "bank_code": "103370600012"} | changes


def approved(n: int, fund: int, *, outcome: str = "approved", pay_to: str = "person", **layers: int) -> Adjudicated:
    """An adjudicated claim of person n; what is in no other layer is basic."""
    zero = dict.fromkeys(Amounts.model_fields, 0)
    basic = fund - sum(layers.values())
    amounts = Amounts(**zero | layers | {"basic": basic, "fund": fund, "total": fund, "in_scope": fund})
    return Adjudicated.model_validate(
        {
            "claim": claim(n),
            "round": 1,
            "person": person(n),
            "book": BOOK,
            "provider": HOSPITAL,
            "kind": "inpatient",
            "on": FIRST_DAY,
            "pay_to": pay_to,
            "outcome": outcome,
            "reason": None if outcome == "approved" else "NOT_ENROLLED",
            "findings": (),
            "review": None,
            "pack": "340706-resident",
            "pack_id": "0" * 64,
            "seen": 1,
            "facts": {},
            "amounts": amounts,
            "counted": NOTHING_COUNTED,
            "trace": (),
        }
    )


def taken_back(n: int, amount: int, number: str = "K1", **layers: int) -> Clawback:
    split = FundSplit(
        basic=amount - sum(layers.values()),
        supplement=layers.get("supplement", 0),
        critical=layers.get("critical", 0),
        assistance=layers.get("assistance", 0),
    )
    return Clawback(
        clawback=number,
        claim=claim(n),
        person=person(n),
        book=BOOK,
        provider=HOSPITAL,
        kind="inpatient",
        on=FIRST_DAY,
        decision_id=uuid5(NAMESPACE, claim(n)),
        lines=(),
        split=split,
        amount=amount,
        counted=NOTHING_COUNTED,
        finding="R-DOUBLE",
        reason="charged twice",
    )


def recovered(n: int, amount: int, voucher: str = "V1", template: str = "T21") -> VoucherApproved:
    """A voucher for money that was paid back for claim ``n``, as the chart draws it up."""
    about = {"person": None, "provider": HOSPITAL, "batch": None, "bank_key": "BACK", "claim": claim(n) if n else None}
    lines = (
        VoucherLine(account="1003", side="D", amount=amount, **about),
        VoucherLine(account="5001-住院", side="D", amount=-amount, **about),
    )
    return VoucherApproved(
        maker="wang.wu",
        checker="zhao.liu",
        voucher=Voucher(
            voucher=voucher,
            book=BOOK,
            template=template,
            incurred_on=FIRST_DAY,
            summary="追回款到账",
            corrects=None,
            corrects_day=None,
            lines=lines,
            attachments=(),
        ),
    )


def lapsed(n: int, amount: int, voucher: str = "T1", template: str = "T11") -> VoucherApproved:
    """A voucher that what the bank gave back for claim ``n`` is never paid again, as the chart draws it up."""
    about = {"person": None, "provider": None, "batch": None, "bank_key": None, "claim": claim(n) if n else None}
    if template == "T11":
        other = VoucherLine(account="5001-住院", side="D", amount=-amount, **about)
    else:
        other = VoucherLine(account="4501", side="C", amount=amount, **about)
    lines = (VoucherLine(account="2001-退票待付", side="D", amount=amount, **about), other)
    said = recovered(n, amount, voucher, template)
    return said.model_copy(update={"voucher": said.voucher.model_copy(update={"lines": lines})})


def corrected(event: Event) -> VoucherApproved:
    """The red voucher that takes back the entry of an approved voucher."""
    old = VoucherApproved.model_validate_json(event.body).voucher
    changes = {
        "voucher": f"{old.voucher}-RED",
        "template": "RED",
        "corrects": entry_id(event.id, old.template, old.book, 0),
        "corrects_day": event.business_date,
        "corrects_template": old.template,
        "lines": tuple(line.model_copy(update={"amount": -line.amount}) for line in old.lines),
    }
    return VoucherApproved(maker="wang.wu", checker="zhao.liu", voucher=old.model_copy(update=changes))


def given_back(taken: Clawback) -> ClawbackReversed:
    """What undoes a clawback on appeal."""
    said = {name: getattr(taken, name) for name in ClawbackReversed.model_fields if name in Clawback.model_fields}
    return ClawbackReversed(appeal=taken.clawback, **said)


def said(body: Body, seq: int) -> Event:
    """An event as it comes from adjudication's log."""
    return Event(
        shard=0,
        seq=seq,
        id=uuid4(),
        stream="a-person",
        kind=body.KIND,
        version=body.VERSION,
        body=body.canonical().decode(),
        actor="adjudication",
        cause=uuid4(),
        business_date=FIRST_DAY,
        recorded_at=datetime(2017, 3, 1, 4, tzinfo=UTC),
        prev=bytes(32),
        hash=bytes(32),
    )


def bank_return(batch: Mapping[str, Any], digest: str, back: Mapping[int, str] | None = None, **head: Any) -> bytes:
    """The bank's neutral return file of a batch as shown; ``back`` gives line index and reason of what came back."""
    failed = back or {}
    rows = [
        f"{n}|{line['line']}|{line['amount']}|{failed[n - 1]}|V-BACK-{n}|2017-03-01|户名不符"
        if n - 1 in failed
        else f"{n}|{line['line']}|{line['amount']}|paid|||"
        for n, line in enumerate(batch["lines"], 1)
    ]
    values = {
        "batch": batch["batch"],
        "digest": digest,
        "kind": "settled",
        "voucher": "V20170301000007",
        "value_date": "2017-03-01",
        "count": len(rows),
        "total": batch["total"],
    } | head
    return "\n".join(["|".join(map(str, values.values())), *rows, ""]).encode()


def codes(answer: httpx.Response) -> Sequence[tuple[str, str | None]]:
    """Give code and field of every fault in a problem document."""
    document: Mapping[str, Any] = answer.json()
    return [(fault["code"], fault["field"]) for fault in document["errors"]]


async def tables(database: Database, names: Sequence[str]) -> dict[str, list[asyncpg.Record]]:
    """Give the content of tables, sorted."""
    connection = await asyncpg.connect(database.migration_url)
    try:
        return {name: await connection.fetch(f"select * from {name} as t order by t::text") for name in names}
    finally:
        await connection.close()
