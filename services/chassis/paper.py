"""A4 pages with Chinese type (打印): sheets one below the other."""

from services.chassis.sheet import Sheet


def pdf(*sheets: Sheet) -> bytes:
    """Print sheets one below the other, over as many pages as they need, the head of a table on each."""
    from services.chassis import press  # noqa: PLC0415 - a service should start before it prints

    return press.pdf(sheets)
