"""Where a benefit holds (县域内外): some rules differ between care inside and outside the person's county."""

from typing import TypeVar

from services.adjudication.decide.figure import Figure, Figures

T = TypeVar("T")


def at_place(figures: Figures, prefix: str, kind: type[T]) -> dict[bool, dict[str, Figure[T]]]:
    """Group ``prefix.<where>.<tag>`` by in county (True) or not (False); ``anywhere`` holds in both."""
    anywhere = figures.under(f"{prefix}.anywhere", kind)
    return {
        True: anywhere | figures.under(f"{prefix}.in_county", kind),
        False: anywhere | figures.under(f"{prefix}.out_of_county", kind),
    }
