"""打印: one answer as JSON, as a workbook, or on paper, as it is asked for."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

from fastapi import Response

from services.chassis.answers import PDF, XLSX
from services.ledger.reports.table_page import WRITERS, Table

Form = Literal["json", "xlsx", "pdf"]

MEDIA = {"xlsx": XLSX, "pdf": PDF}


async def answer(form: Form, shown: dict[str, Any], table: Callable[[], Table]) -> dict[str, Any] | Response:
    """Give what is shown, or the table of it as a file; it is set while others are served."""
    if form == "json":
        return shown
    return Response(await asyncio.to_thread(WRITERS[form], table()), media_type=MEDIA[form])
