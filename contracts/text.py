"""The small types that every message is made of: names, days and numbers as the field writes them."""

import unicodedata
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError


def _iso_day(value: object) -> object:
    """Let a business date in only as ``YYYY-MM-DD``: never a time, never a number."""
    if type(value) is date:
        return value
    day = _written(value) if isinstance(value, str) and len(value) == len("YYYY-MM-DD") else None
    if day is None:
        raise PydanticCustomError("bad_date", "a day is a date that exists, written YYYY-MM-DD")
    return day


@lru_cache(maxsize=4096)  # claims are many, their days few
def _written(text: str) -> date | None:
    with suppress(ValueError):
        if (day := date.fromisoformat(text)).isoformat() == text:
            return day
    return None


def _nfc(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFC", value)


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A civil day in Asia/Shanghai."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_nfc)]
LongText = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_nfc)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$")]
"""An opaque code or number of the field: a person number, a disease, a claim."""

Area = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
"""行政区划 (GB/T 2260 and the pseudo areas of 医保), six digits."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256, in lower-case hex."""

BookCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}-[0-9]{3,5}(-memo)?$")]
"""账套: area and insutype, e.g. ``340706-390``; the memo register (应付未付) beside it ends in ``-memo``."""
