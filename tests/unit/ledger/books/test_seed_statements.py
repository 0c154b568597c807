"""The figures printed in the source documents, rebuilt from posted entries; what does not add up is said to."""

from collections.abc import Mapping

import pytest

from services.ledger.chart import load_chart
from services.ledger.decide.post import post
from services.ledger.decide.statements import Filled, fill, net_assets, tie
from services.ledger.decide.trial import balances_of
from tests.unit.ledger.books import given

CHART = load_chart()
WAN = 1_000_000
"""One 万元 in fen."""


def statement(book: str, income: int, expense: Mapping[str, int], *, opening: int = 0) -> Filled:
    """Book income into the treasury account and each expense out of the payment account, and fill the form."""
    vouchers = [("1003", _income(book), income)] + [(account, "1004", amount) for account, amount in expense.items()]
    entries = [
        entry
        for n, (debit, credit, amount) in enumerate(vouchers)
        for entry in post(
            given.event(
                given.approved(
                    given.voucher(
                        given.voucher_line(debit, "D", amount),
                        given.voucher_line(credit, "C", amount),
                        book=book,
                        template="FREE",
                    )
                ),
                str(n),
            ),
            CHART,
        )
    ]
    form = next(one for one in CHART.statements if one.id == "income_expense")
    return fill(form, CHART.family(book), balances_of(entries), opening)


def _income(book: str) -> str:
    return {"310": "4001-统筹", "380": "4001-个人缴费", "390": "4001-个人缴费"}[book.split("-")[1]]


def figure(filled: Filled, line: str) -> int:
    return next(one.amount for one in filled.figures if one.line == line)


EMPLOYEE_TEN = {
    "5001-市外就医": 14_123,
    "5001-门诊特定病种": 9_796,
    "5001-精神床日": 403,
    "5001-零星报销": 415,
    "5001-诊查费": 114,
    "5001-普通门诊": 462,
    "5001-家庭医生": 70,
    "5001-核酸检测": 299,
    "5001-市内住院": 21_807,
    "5001-生育": 8_871,
}
RESIDENT_TEN = {
    "5001-市外就医": 34_519,
    "5001-门诊特定病种": 22_621,
    "5001-精神床日": 15_491,
    "5101": 18_845,
    "5001-零星报销": 2_726,
    "5001-诊查费": 351,
    "5001-普通门诊": 4_392,
    "5001-家庭医生": 2_750,
    "5001-核酸检测": 864,
    "5001-市内住院": 87_755,
}


def in_fen(wan: Mapping[str, int]) -> dict[str, int]:
    return {account: amount * WAN for account, amount in wan.items()}


@pytest.fixture(scope="module")
def employee() -> Filled:
    return statement("441700-310", 86_259 * WAN, in_fen(EMPLOYEE_TEN))


@pytest.fixture(scope="module")
def resident() -> Filled:
    return statement("441700-390", 189_980 * WAN, in_fen(RESIDENT_TEN))


def test_the_employee_fund_of_yangjiang_has_29899_left_of_86259(employee: Filled) -> None:
    shown = [figure(employee, line) for line in ("8", "e7", "e8")]

    assert shown == [86_259 * WAN, 56_360 * WAN, 29_899 * WAN]


def test_the_resident_fund_of_yangjiang_is_334_short(resident: Filled) -> None:
    shown = [figure(resident, line) for line in ("8", "e7", "e8")]

    assert shown == [189_980 * WAN, 190_314 * WAN, -334 * WAN]


def test_all_ten_lines_of_the_employee_fund_are_shown(employee: Filled) -> None:
    shown = sorted(one.amount for one in employee.figures if one.within == "e1" and one.amount)

    assert shown == sorted(in_fen(EMPLOYEE_TEN).values())


def test_all_ten_lines_of_the_resident_fund_are_shown(resident: Filled) -> None:
    shown = [one.amount for one in resident.figures if one.amount and (one.within == "e1" or one.line == "e2")]

    assert sorted(shown) == sorted(in_fen(RESIDENT_TEN).values())


def test_every_tie_of_the_form_holds_for_both_funds(employee: Filled, resident: Filled) -> None:
    assert [one for filled in (employee, resident) for one in filled.ties if one.difference] == []


def test_yi_an_district_spent_8919_54_on_stays_and_visits() -> None:
    filled = statement("340706-390", 13_914_480_000, {"5001-住院": 8_416_220_000, "5001-门诊": 503_320_000})

    assert figure(filled, "e7") == 8_919_540_000


def test_the_county_of_003_6_spent_390_33_on_visits_stays_and_births() -> None:
    spent = {"5001-门诊": 119_450_000, "5001-住院": 269_420_000, "5001-生育": 1_460_000}

    assert figure(statement("510800-380", 500 * WAN, spent), "e7") == 390_330_000


def test_guangyuan_ends_the_year_with_34877() -> None:
    filled = statement("510800-310", 30_714 * WAN, {"5001-住院": 26_452 * WAN}, opening=30_615 * WAN)

    assert [figure(filled, line) for line in ("e8", "e9")] == [4_262 * WAN, 34_877 * WAN]


def test_a_deficit_is_a_negative_surplus() -> None:
    entries = post(given.event(given.confirmed(given.payment_line(given.split(500)))), CHART)

    own = [one for one in balances_of(entries) if one.book == given.BOOK]
    assert net_assets(own) == -500


DOES_NOT_ADD_UP = [
    ("0-3 visits: 21,488 stays and 133,457 visits", 145_591, (21_488, 133_457), -9_354),
    ("2-1 people of normal status who have not paid", 100_000, (10_324, 9_913, 1_932, 519, 21_283, 53_959), 2_070),
    ("3-13 the cap, in 1/1000 万: 26 less 3.832 and 15", 7_680, (26_000, -3_832, -15_000), 512),
    ("3-15 the list of maternity items: 1,000 less 79", 983, (1_000, -79), 62),
    ("4-17 rectified institutions: 225 and 39", 266, (225, 39), 2),
]


@pytest.mark.parametrize(("row", "printed", "parts", "difference"), DOES_NOT_ADD_UP)
def test_a_printed_figure_that_does_not_add_up_is_said_to_differ(
    row: str, printed: int, parts: tuple[int, ...], difference: int
) -> None:
    assert tie(row, printed, parts).difference == difference


ADDS_UP = [
    ("0-4 benefits of eight months, in 1/100 万", 891_954, (841_622, 50_332)),
    ("0-6 critical illness, in 1/100 万", 50_737, (6_711, 44_026)),
    ("1-7 three layers, in 1/100 万", 92_701, (66_523, 6_476, 19_702)),
    ("3-56 the county, in 1/100 万", 39_033, (11_945, 26_942, 146)),
    ("4-1, in 1/10 万", 6_512, (567, 5_945)),
]


@pytest.mark.parametrize(("row", "printed", "parts"), ADDS_UP)
def test_a_printed_figure_that_adds_up_is_said_to(row: str, printed: int, parts: tuple[int, ...]) -> None:
    assert tie(row, printed, parts).difference == 0
