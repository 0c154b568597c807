"""Choose the reader for a bank's file by the name of its format."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.ledger.bank import camt, swift, table
from services.ledger.bank.statement import Statement

READERS: Mapping[str, Callable[[bytes], tuple[Statement, ...]]] = MappingProxyType(
    {"camt.053": camt.read, "mt940": swift.read, "csv": table.read}
)
