"""What every bank file is made of: a head and rows of text fields, whatever their separators and encoding."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import ValidationError

from contracts.envelope import Part
from services.chassis.errors import BadInput, Fault
from services.chassis.faults import faults_of
from services.payment.model import OrderFile, ReturnFile, ReturnHeader, ReturnRow

Record = tuple[str, ...]

HEADER = tuple(ReturnHeader.model_fields)
ROW = tuple(ReturnRow.model_fields)

Shape = TypeVar("Shape", bound=Part)


def order_records(order: OrderFile) -> list[Record]:
    """Write an order as fields: batch, date, count, total, payer account; then row by row
    seq, payee name, account, bank code, amount, purpose, line. Amounts are whole fen.
    """
    total = sum(row.amount for row in order.rows)
    head = (order.batch, order.day.isoformat(), str(len(order.rows)), str(total), order.account)
    rows = (
        (str(row.seq), row.name, row.account, row.bank_code, str(row.amount), row.purpose, row.line)
        for row in order.rows
    )
    return [head, *rows]


def return_file(records: Sequence[Record]) -> ReturnFile:
    """Read a return file from its fields. Raises ``BadInput`` with every field that cannot be read.

    Head: batch, digest, kind, voucher, value_date, count, total. Rows: seq, line, amount, result,
    voucher, value_date, note.
    """
    if len(records) < 2:
        raise BadInput("INCOMPLETE", "a return file has a head and at least one row", "body", status=400)
    faults: list[Fault] = []
    header = _read(ReturnHeader, HEADER, records[0], "head", faults)
    rows = [_read(ReturnRow, ROW, record, f"rows.{n}", faults) for n, record in enumerate(records[1:], 1)]
    if header is None or faults:
        raise BadInput.of(faults)
    return ReturnFile(header, tuple(row for row in rows if row is not None))


def _read(model: type[Shape], names: Sequence[str], record: Record, place: str, faults: list[Fault]) -> Shape | None:
    if len(record) != len(names):
        faults.append(Fault("BAD_FORMAT", place, f"{len(names)} fields are needed: {', '.join(names)}"))
        return None
    fields: Mapping[str, str] = dict(zip(names, record, strict=True))
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        faults += (Fault(fault.code, f"{place}.{fault.field}", fault.message) for fault in faults_of(error.errors()))
        return None
