"""Wrong input is refused by code and field, and never decided (数据校验)."""

import copy

import pytest

from services.adjudication.decide import Case, CaseError, check_case
from tests.unit.adjudication.given_cases import a_case

PACKS = {"340706-resident"}


def changed(path: str, value: object) -> dict:
    """Give the good case with one place set to ``value``; a value of ``...`` removes it."""
    case = copy.deepcopy(a_case(ytd={"basic": 0, "chronic": {"D01": 0}, "stays": ["2017-03-05"]}))
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place = case
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return case


@pytest.mark.parametrize(
    "path, value, code, field",
    [
        ("case", ..., "MISSING", "case"),
        ("case", 7, "NOT_TEXT", "case"),
        ("pack", "999999-resident", "UNKNOWN_PACK", "pack"),
        ("pack", None, "UNKNOWN_PACK", "pack"),
        ("on", ..., "MISSING", "on"),
        ("on", "2017-02-29", "NOT_A_DATE", "on"),
        ("on", "20170520", "NOT_A_DATE", "on"),
        ("on", "2017-W20-6", "NOT_A_DATE", "on"),
        ("on", "2017-05-20T00:00", "NOT_A_DATE", "on"),
        ("person", [], "NOT_AN_OBJECT", "person"),
        ("person", ..., "MISSING", "person"),
        ("person.birth", None, "NOT_A_DATE", "person.birth"),
        ("person.tags", ["rich"], "UNKNOWN_TAG", "person.tags"),
        ("person.tags", "poor", "NOT_A_LIST", "person.tags"),
        ("person.chronic", [1], "NOT_TEXT", "person.chronic"),
        ("person.account_balance", -1, "NEGATIVE", "person.account_balance"),
        ("person.account_balance", True, "NOT_AN_INTEGER", "person.account_balance"),
        ("person.account_balance", ..., "MISSING", "person.account_balance"),
        ("provider.level", "level_4", "UNKNOWN_LEVEL", "provider.level"),
        ("provider.in_county", 1, "NOT_A_BOOLEAN", "provider.in_county"),
        ("claim.kind", "dental", "UNKNOWN_KIND", "claim.kind"),
        ("claim.admitted", None, "MISSING", "claim.admitted"),
        ("claim.discharged", None, "MISSING", "claim.discharged"),
        ("claim.discharged", ..., "MISSING", "claim.discharged"),
        ("claim.disease", ..., "MISSING", "claim.disease"),
        ("claim.disease", 5, "NOT_TEXT", "claim.disease"),
        ("claim.lines", None, "NOT_A_LIST", "claim.lines"),
        ("claim.lines.0", "A", "NOT_AN_OBJECT", "claim.lines[0]"),
        ("claim.lines.0.amount", 1.0, "NOT_AN_INTEGER", "claim.lines[0].amount"),
        ("claim.lines.0.amount", "100", "NOT_AN_INTEGER", "claim.lines[0].amount"),
        ("claim.lines.0.amount", -1, "NEGATIVE", "claim.lines[0].amount"),
        ("claim.lines.0.amount", 10**13 + 1, "TOO_LARGE", "claim.lines[0].amount"),
        ("claim.lines.0.amount", 10**13, "TOO_LARGE", "claim.lines"),
        ("claim.lines.1.class", "D", "UNKNOWN_CLASS", "claim.lines[1].class"),
        ("claim.lines.1.class", ["A"], "UNKNOWN_CLASS", "claim.lines[1].class"),
        ("claim.lines.1.self_pay_bp", 10_001, "RATE_ABOVE_ONE", "claim.lines[1].self_pay_bp"),
        ("claim.lines.1.self_pay_bp", ..., "MISSING", "claim.lines[1].self_pay_bp"),
        ("claim.lines.1.over_limit", 600_001, "OVER_LIMIT_ABOVE_AMOUNT", "claim.lines[1].over_limit"),
        ("ytd", None, "NOT_AN_OBJECT", "ytd"),
        ("ytd.basic", -5, "NEGATIVE", "ytd.basic"),
        ("ytd.chronic.D01", None, "NOT_AN_INTEGER", "ytd.chronic.D01"),
        ("ytd.stays", ["yesterday"], "NOT_A_DATE", "ytd.stays"),
        ("ytd.basci", 0, "UNKNOWN_FIELD", "ytd.basci"),
    ],
)
def test_a_wrong_field_is_refused_by_code_and_name(path: str, value: object, code: str, field: str) -> None:
    error = check_case(changed(path, value), PACKS)
    assert isinstance(error, CaseError)
    assert (error.code, error.field) == (code, field)


@pytest.mark.parametrize("raw", [None, 1, "case", [], True])
def test_what_is_not_an_object_is_refused(raw: object) -> None:
    assert check_case(raw, PACKS) == CaseError(None, "NOT_AN_OBJECT", "$", check_case(raw, PACKS).message)


def test_an_error_carries_the_name_of_its_case() -> None:
    assert check_case(changed("on", None), PACKS).case == "p1"


def test_a_missing_year_to_date_is_a_year_without_claims() -> None:
    case = check_case(a_case(), PACKS)
    assert isinstance(case, Case)
    assert sum(case.ytd[:5]) == len(case.ytd.chronic) == len(case.ytd.stays) == 0


def test_a_day_of_the_last_century_and_of_a_leap_year_is_a_day() -> None:
    assert isinstance(check_case(changed("person.birth", "1896-02-29"), PACKS), Case)
