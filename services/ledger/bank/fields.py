"""Read the small things of a statement: amounts to the fen, days, and references that are plain codes."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

_AMOUNT = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,2})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")


def fen(text: str) -> int:
    """Read yuan with at most two decimals as fen. Raises ``ValueError`` quoting what stands there.

    >>> fen("105678.50"), fen("-3")
    (10567850, -300)
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is no amount")
    return exact_fen(Decimal(text))


def exact_fen(amount: Decimal) -> int:
    """Turn an exact decimal of yuan into fen. Raises ``ValueError`` for parts of a fen."""
    cents = amount.scaleb(2)
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} has parts of a fen")
    return int(cents)


def day(text: str) -> date:
    """Read the civil day, as the bank has it, of ``YYYY-MM-DD`` or of an ISO instant. Raises ``ValueError``.

    >>> day("2017-03-01T23:59:59+08:00")
    datetime.date(2017, 3, 1)
    """
    written = _DAY.fullmatch(text.strip())
    if written is None:
        raise ValueError(f"{text!r} is no day")
    return date.fromisoformat(written[1])


def codes(candidates: Iterable[str | None]) -> tuple[str, ...]:
    """Keep, once each, the references that are plain codes: free text may hold a name, and is dropped."""
    stripped = (text.strip() for text in candidates if text)
    return tuple(dict.fromkeys(text for text in stripped if _CODE.fullmatch(text)))
