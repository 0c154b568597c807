"""Bank file formats: one neutral model inside, one adapter for each bank outside (procedures 3.5)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from contracts.payments import BankFormat
from services.payment.banks import fixed_gbk, neutral
from services.payment.model import OrderFile, ReturnFile


class Bank(NamedTuple):
    """One format: write an order, read a return, and say whether a name can be written in it."""

    write: Callable[[OrderFile], bytes]
    read: Callable[[bytes], ReturnFile]
    fits: Callable[[str], bool]
    media_type: str


BANKS: Mapping[BankFormat, Bank] = MappingProxyType(
    {
        "neutral": Bank(neutral.write, neutral.read, neutral.fits, "text/plain; charset=utf-8"),
        "fixed_gbk": Bank(fixed_gbk.write, fixed_gbk.read, fixed_gbk.fits, "text/plain; charset=gbk"),
    }
)
