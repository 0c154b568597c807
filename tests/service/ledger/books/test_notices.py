"""The public notice of a month: what was paid, to names that are masked before the ledger ever sees them."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from services.chassis.errors import Unavailable
from services.ledger.api import notices
from services.ledger.people import People
from tests.service import promised
from tests.service.ledger.books.conftest import Ledger
from tests.unit.ledger.books import given

MASKED = {"P1": "张*", "P2": "李**"}


class Neighbours(People):
    """Enrollment's answers, without enrollment."""

    async def masked(self, persons: object) -> dict[str, str]:
        return MASKED


@pytest.fixture
async def ledger_with_names(ledger: Ledger, tmp_path: Path) -> AsyncIterator[Ledger]:
    """The ledger's notice with masked names at hand."""
    transport = ledger.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    app = FastAPI()
    app.state.doorkeeper = transport.app.state.doorkeeper  # type: ignore[attr-defined]
    app.include_router(notices.router(ledger.log, Neighbours("http://not-needed", tmp_path)))
    async with promised.client(app, "ledger") as client:
        yield ledger._replace(client=client)


async def two_are_paid(ledger: Ledger) -> None:
    second = given.payment_line(given.split(2_000), person="P2", claim="C2", line="L2", kind="outpatient")
    await ledger.take("payment", given.event(given.confirmed(given.payment_line(), second)))


async def test_the_notice_lists_what_was_paid_with_masked_names(ledger_with_names: Ledger) -> None:
    await two_are_paid(ledger_with_names)

    shown = (await ledger_with_names.get(f"/books/{given.BOOK}/notices/2017-03")).json()

    listed = {(one["name"], one["benefit"], one["amount"]) for one in shown["notices"]}
    assert (listed, shown["total"]) == ({("张*", "住院", 60_000), ("李**", "门诊", 2_000)}, 62_000)


async def test_the_printed_notice_carries_the_masked_names(ledger_with_names: Ledger) -> None:
    await two_are_paid(ledger_with_names)

    answer = await ledger_with_names.get(f"/books/{given.BOOK}/notices/2017-03", form="pdf")

    assert "李**" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


async def test_without_enrollment_there_are_no_names(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("nothing")

    with pytest.raises(Unavailable):
        await People("http://127.0.0.1:9", token).masked(["P1"])
