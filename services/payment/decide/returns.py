"""The bank's return file says what was paid and what came back; it is believed whole or not at all (回盘, 退票)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from contracts.payments import PaymentConfirmed, PaymentLine, PaymentReturned
from services.chassis.errors import Fault
from services.payment.model import Batch, LineStatus, ReturnFile, ReturnHeader, ReturnRow


def check(file: ReturnFile, batch: Batch, today: date) -> list[Fault]:
    """Find everything in which a return file does not fit its batch; ``today`` is the open business day.

    Head: OTHER_DIGEST, BATCH_NOT_ORDERED, BATCH_NOT_PAID, COUNT_DIFFERS, TOTAL_DIFFERS, DATE_IN_FUTURE,
    DATE_BEFORE_ORDER. Rows: UNKNOWN_LINE, LINE_TWICE, MISSING_LINE, WRONG_AMOUNT, ALREADY_RETURNED, NOT_RETURNED,
    NO_RETURN_VOUCHER and the dates.
    """
    return [*_head(file, batch, today), *_rows(file, batch, today), *_missing(file, batch)]


def confirmed(file: ReturnFile, batch: Batch) -> PaymentConfirmed | None:
    """Confirm the whole batch under the bank's voucher; a late file confirms nothing."""
    if file.header.kind == "late":
        return None
    return PaymentConfirmed(
        batch=batch.batch,
        book=batch.book,
        account=batch.account,
        bank_voucher=file.header.voucher,
        value_date=file.header.value_date,
        total=batch.total,
        lines=batch.lines,
    )


def returned(file: ReturnFile, batch: Batch) -> Iterator[PaymentReturned]:
    """Give back every row that the bank did not pay. The file has been checked."""
    lines = {line.line: line for line in batch.lines}
    for row in file.rows:
        if row.result != "paid" and row.voucher is not None and row.value_date is not None:
            yield PaymentReturned(
                batch=batch.batch,
                book=batch.book,
                account=batch.account,
                bank_voucher=row.voucher,
                value_date=row.value_date,
                reason=row.result,
                line=lines[row.line],
            )


def _head(file: ReturnFile, batch: Batch, today: date) -> Iterator[Fault]:
    head = file.header
    if batch.file_digest != head.digest:
        yield Fault("OTHER_DIGEST", "head.digest", f"this answers another file than that of {batch.batch}")
    if head.kind == "settled" and batch.status != "ordered":
        yield Fault("BATCH_NOT_ORDERED", "head.batch", f"batch {batch.batch} is {batch.status}, not ordered")
    if head.kind == "late" and batch.status != "paid":
        yield Fault("BATCH_NOT_PAID", "head.batch", f"batch {batch.batch} is {batch.status}, not paid")
    if head.count != len(file.rows):
        yield Fault("COUNT_DIFFERS", "head.count", f"the head says {head.count} rows, there are {len(file.rows)}")
    total = sum(row.amount for row in file.rows)
    if head.total != total:
        yield Fault("TOTAL_DIFFERS", "head.total", f"the head says {head.total} fen, the rows {total}")
    yield from _dated(head.value_date, "head", batch, today)


def _rows(file: ReturnFile, batch: Batch, today: date) -> Iterator[Fault]:
    on_record = {line.line: (line, state) for line, state in zip(batch.lines, batch.states, strict=True)}
    times = Counter(row.line for row in file.rows)
    for n, row in enumerate(file.rows, 1):
        place = f"rows.{n}"
        if row.line not in on_record:
            yield Fault("UNKNOWN_LINE", f"{place}.line", f"batch {batch.batch} has no line {row.line}")
            continue
        if times[row.line] > 1:
            yield Fault("LINE_TWICE", f"{place}.line", f"line {row.line} stands in the file more than once")
        yield from _row(file.header, row, on_record[row.line], place)
        if row.value_date is not None:
            yield from _dated(row.value_date, place, batch, today)


def _row(head: ReturnHeader, row: ReturnRow, known: tuple[PaymentLine, LineStatus], place: str) -> Iterator[Fault]:
    line, state = known
    if row.amount != line.amount:
        yield Fault("WRONG_AMOUNT", f"{place}.amount", f"line {line.line} is over {line.amount} fen")
    if row.result == "paid":
        if head.kind == "late":
            yield Fault("NOT_RETURNED", f"{place}.result", "a late file holds only rows that come back")
        return
    if state in ("returned", "repaying"):
        yield Fault("ALREADY_RETURNED", f"{place}.line", f"line {line.line} has come back before")
    if row.voucher is None or row.value_date is None:
        yield Fault("NO_RETURN_VOUCHER", f"{place}.voucher", "a row that comes back needs its voucher and date")


def _missing(file: ReturnFile, batch: Batch) -> Iterator[Fault]:
    if file.header.kind == "late":
        return
    told = {row.line for row in file.rows}
    for line in batch.lines:
        if line.line not in told:
            yield Fault("MISSING_LINE", "rows", f"the file does not say what became of line {line.line}")


def _dated(day: date, place: str, batch: Batch, today: date) -> Iterator[Fault]:
    if day > today:
        yield Fault("DATE_IN_FUTURE", f"{place}.value_date", f"{day} lies after the business day {today}")
    if batch.ordered_on is not None and day < batch.ordered_on:
        yield Fault("DATE_BEFORE_ORDER", f"{place}.value_date", f"the batch was ordered on {batch.ordered_on}")
