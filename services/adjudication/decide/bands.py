"""Bands (分段报销): how an amount is spread over bands with a rate each.

The sources print bands without saying how they join; a pack chooses the reading (packs.md §7, seed rows 0-9, 0-14).
"""

from collections.abc import Callable

from services.adjudication.decide.units import Bands

Spread = Callable[[Bands, int, int], int]
"""(bands, from, to) in fen → exact benefit of that slice in fen × basis points, not yet rounded."""


def marginal(bands: Bands, start: int, end: int) -> int:
    """Pay each part of the slice at the rate of the band in which it lies (分段累加)."""
    benefit = 0
    for over, upto, rate in bands.rows:
        if end <= over:
            break
        if start < upto:
            benefit += (min(end, upto) - max(start, over)) * rate
    return benefit


def whole(bands: Bands, start: int, end: int) -> int:
    """Pay all of the slice at the rate of the band in which its end lies (全额累进)."""
    rate = next(band.rate for band in bands.rows if end <= band.upto)
    return (end - start) * rate


SPREADS: dict[str, Spread] = {"marginal": marginal, "whole": whole}
