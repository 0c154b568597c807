"""Money is an integer number of fen (分); a rate is an integer number of basis points (万分点)."""

from typing import Annotated

from pydantic import Field, Strict

BASIS_POINTS = 10_000
LARGEST_AMOUNT = 10**13
"""100,000,000,000 yuan: above the yearly income of any pooling area, below every integer limit on the way."""

LARGEST_SUM = 2**53 - 1
"""The largest integer that every reader of JSON keeps (RFC 8785): hundreds of the largest amounts together."""

Fen = Annotated[int, Strict(), Field(ge=0, le=LARGEST_AMOUNT, description="金额, 分 (fen)")]
SignedFen = Annotated[int, Strict(), Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT, description="带符号金额, 分 (fen)")]
Sum = Annotated[int, Strict(), Field(ge=0, le=LARGEST_SUM, description="合计, 分 (fen)")]
SignedSum = Annotated[int, Strict(), Field(ge=-LARGEST_SUM, le=LARGEST_SUM, description="带符号合计, 分 (fen)")]
BasisPoints = Annotated[int, Strict(), Field(ge=0, le=BASIS_POINTS, description="比例, 万分点")]


def half_up(numerator: int, denominator: int) -> int:
    """Round the exact fraction to the nearest integer, halves away from zero (四舍五入).

    The only rounding of money in this house. ``denominator`` is positive.
    The seeds decide the mode: 5,152.225 万 is printed 5,152.23 (seed 001, row 1-2).

    >>> half_up(515_222_500, 100_000), half_up(-5, 2), half_up(7, 3)
    (5152, -3, 2)
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def share(amount: int, rate_bp: int) -> int:
    """Take ``rate_bp`` basis points of ``amount`` fen, rounded half-up to the fen."""
    return half_up(amount * rate_bp, BASIS_POINTS)


def yuan(amount: int) -> str:
    """Show fen as yuan for people to read (元).

    >>> yuan(-123456789)
    '-1,234,567.89'
    """
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole:,}.{cents:02d}"
