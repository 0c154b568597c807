"""Bank files say the same in every format, and what cannot be read is told field by field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.errors import BadInput
from services.payment.banks import BANKS, fixed_gbk, neutral
from services.payment.model import OrderFile, OrderRow

LINE = "340706-390-20170301-001-0001"
DIGEST = "ab" * 32
ORDER = OrderFile(
    "340706-390-20170301-001",
    date(2017, 3, 1),
    "340706-390-OUT",
    (OrderRow(1, "张建国", "6228480402564890018", "103370600012", 123_456, "医保住院待遇", LINE),),
)


def fixed_return(result: str = "0000", amount: str = "123456") -> bytes:
    """A return file as the bank of fixed widths writes it."""
    head = ("340706-390-20170301-001".ljust(40), DIGEST, "settled ", "V1".ljust(32), "2017-03-01", "000001")
    row = ("000001", LINE.ljust(44), amount.rjust(15, "0"), result, " " * 32, " " * 10, " " * 60)
    return ("H" + "".join(head) + "123456".rjust(15, "0") + "\r\nD" + "".join(row) + "\r\n").encode("gbk")


def test_the_neutral_file_is_a_head_and_rows_in_fen() -> None:
    assert neutral.write(ORDER).decode() == (
        "340706-390-20170301-001|2017-03-01|1|123456|340706-390-OUT\n"
        f"1|张建国|6228480402564890018|103370600012|123456|医保住院待遇|{LINE}\n"
    )


def test_every_line_of_the_fixed_file_has_its_width_in_bytes() -> None:
    head, row = fixed_gbk.write(ORDER).split(b"\r\n")[:2]
    assert (len(head), len(row)) == (1 + sum(map(abs, fixed_gbk.ORDER_HEAD)), 1 + sum(map(abs, fixed_gbk.ORDER_ROW)))
    assert "张建国" in row.decode("gbk")


def test_both_formats_read_the_same_return() -> None:
    plain = f"340706-390-20170301-001|{DIGEST}|settled|V1|2017-03-01|1|123456\n1|{LINE}|123456|paid|||\n"
    assert fixed_gbk.read(fixed_return()) == neutral.read(plain.encode())


@pytest.mark.parametrize(("digits", "result"), list(fixed_gbk.RESULTS.items()))
def test_the_banks_digits_become_our_reasons(digits: str, result: str) -> None:
    assert fixed_gbk.read(fixed_return(digits)).rows[0].result == result


def test_digits_that_nobody_knows_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        fixed_gbk.read(fixed_return("4711"))
    assert [fault.field for fault in refused.value.details] == ["rows.1.result"]


def test_a_name_outside_gbk_does_not_fit_the_fixed_format() -> None:
    assert not fixed_gbk.fits("𬀩")


def test_a_name_longer_than_its_field_does_not_fit() -> None:
    assert (fixed_gbk.fits("张" * 30), fixed_gbk.fits("张" * 31)) == (True, False)


@pytest.mark.parametrize("bank", ["neutral", "fixed_gbk"])
@given(data=st.binary(max_size=300))
def test_garbage_is_refused_and_never_breaks(bank: str, data: bytes) -> None:
    with pytest.raises(BadInput):
        BANKS[bank].read(data)  # type: ignore[index]  # the two names of the contract
