"""打印: one answer as JSON, as a workbook, or on paper, as it is asked for."""

from collections.abc import Callable
from typing import Any, Literal

from fastapi import Response

from services.ledger.reports.table_page import WRITERS, Table

Form = Literal["json", "xlsx", "pdf"]

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def answer(form: Form, shown: dict[str, Any], table: Callable[[], Table]) -> dict[str, Any] | Response:
    """Give what is shown, or the table of it as a file."""
    return shown if form == "json" else Response(WRITERS[form](table()), media_type=MEDIA[form])
