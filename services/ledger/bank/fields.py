"""Read the small things of a statement: amounts to the fen, days, and references that are plain codes."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

_AMOUNT = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,2})?")
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
    """Read the civil day of ``YYYY-MM-DD`` or of an ISO instant. Raises ``ValueError``."""
    return date.fromisoformat(text.strip()[:10])


def codes(candidates: Iterable[str | None]) -> tuple[str, ...]:
    """Keep, once each, the references that are plain codes: free text may hold a name, and is dropped."""
    stripped = (text.strip() for text in candidates if text)
    return tuple(dict.fromkeys(text for text in stripped if _CODE.fullmatch(text)))
