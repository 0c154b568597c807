"""A bank that takes fixed-width records in GBK: each line is a letter, then fields of so many bytes.

Heads begin with H, rows with D. Text is padded with blanks on the right, numbers with zeros on the left;
results are four digits. Widths are in bytes, where a Chinese character takes two.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from services.chassis.errors import BadInput
from services.payment.banks.records import Record, order_records, return_file
from services.payment.model import OrderFile, Result, ReturnFile

ENCODING = "gbk"
NAME_WIDTH = 60

ORDER_HEAD = (40, 10, -6, -15, 32)
ORDER_ROW = (-6, NAME_WIDTH, 32, 14, -15, 40, 44)
RETURN_HEAD = (40, 64, 8, 32, 10, -6, -15)
RETURN_ROW = (-6, 44, -15, 4, 32, 10, 60)
"""Field widths; a negative one is a number."""

RESULTS: Mapping[str, Result] = MappingProxyType(
    {
        "0000": "paid",
        "1001": "account_not_found",
        "1002": "name_mismatch",
        "1003": "account_closed",
        "1004": "bank_code_wrong",
        "1005": "amount_limit",
        "1006": "duplicate",
        "9999": "unknown",
    }
)
RESULT_FIELD = 3


def write(order: OrderFile) -> bytes:
    """Write the file that the bank is sent. Names must have been asked with ``fits``."""
    head, *rows = order_records(order)
    lines = [_line(b"H", ORDER_HEAD, head), *(_line(b"D", ORDER_ROW, row) for row in rows)]
    return b"".join(lines)


def read(data: bytes) -> ReturnFile:
    """Read the file that the bank sends back. Raises ``BadInput``."""
    head, *rows = data.splitlines() or [b""]
    records = [_fields(b"H", RETURN_HEAD, head, 1)]
    records += (_translate(_fields(b"D", RETURN_ROW, row, n)) for n, row in enumerate(rows, 2))
    return return_file(records)


def fits(name: str) -> bool:
    """Tell whether an account name can be written: in GBK and short enough."""
    try:
        return len(name.encode(ENCODING)) <= NAME_WIDTH
    except UnicodeEncodeError:
        return False


def _line(letter: bytes, widths: Sequence[int], record: Record) -> bytes:
    fields = [
        text.encode(ENCODING).ljust(width) if width > 0 else text.encode(ENCODING).rjust(-width, b"0")
        for width, text in zip(widths, record, strict=True)
    ]
    return letter + b"".join(fields) + b"\r\n"


def _fields(letter: bytes, widths: Sequence[int], line: bytes, number: int) -> Record:
    if line[:1] != letter or len(line) != 1 + sum(map(abs, widths)):
        raise BadInput("BAD_FORMAT", f"line {number} has the wrong letter or length", f"line {number}", status=400)
    fields, start = [], 1
    for width in map(abs, widths):
        fields.append(line[start : start + width])
        start += width
    try:
        return tuple(field.decode(ENCODING).strip() for field in fields)
    except UnicodeDecodeError:
        raise BadInput("BAD_ENCODING", f"line {number} is not GBK", f"line {number}", status=400) from None


def _translate(record: Record) -> Record:
    result = RESULTS.get(record[RESULT_FIELD], record[RESULT_FIELD])
    return (*record[:RESULT_FIELD], result, *record[RESULT_FIELD + 1 :])
