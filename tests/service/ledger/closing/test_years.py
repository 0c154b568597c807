"""年结: income and expense are carried to the surplus by vouchers of January; a year opens as the one before closed."""

from datetime import date
from typing import Any

from contracts.closing import YearClosed
from tests.service.ledger.closing.given import BOOK, CHECKER, DAY1, FI, MAKER, OUT, Office, contribution

NEW_YEAR, NEXT_YEAR = date(2018, 1, 1), date(2019, 1, 1)
SUBSIDY, ADVANCE = 900_000, 200_000


async def a_year_with_a_subsidy(office: Office) -> None:
    """The one business day of 2017 brings a subsidy; its day and month are sealed, and it is January."""
    await office.open_accounts(FI, OUT)
    subsidy = contribution(1, payer="subsidy", channel="fiscal", amount=SUBSIDY, bank_key="CZ-1")
    await office.receive("enrollment", DAY1, subsidy)
    await the_day_is_over(office, DAY1, NEW_YEAR, (0, ("S1", SUBSIDY, "CZ-1")), (0,))


async def the_day_is_over(office: Office, day: date, following: date, fiscal: Any, paying: Any) -> None:
    """End a day, take in what the bank says of both accounts, seal the day and its month."""
    await office.end(day, following)
    await office.markers(day, following)
    await office.statement(FI, day, *fiscal)
    await office.statement(OUT, day, *paying)
    await office.close(day)
    await sealed(office, f"{day:%Y-%m}")


async def prepared(office: Office, period: str) -> dict[str, Any]:
    return (await office.post(f"/periods/{period}/prepare", {}, "accountant", MAKER)).json()


async def sealed(office: Office, period: str) -> dict[str, Any]:
    ready = await prepared(office, period)
    assert ready["ready"], ready["missing"]
    answer = await office.post(f"/periods/{period}/seal", {"digest": ready["digest"]}, "chief_accountant", CHECKER)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def carried(office: Office, year: int = 2017) -> list[str]:
    """Propose the closing vouchers and approve them; give their numbers."""
    proposed = await office.post(f"/books/{BOOK}/year-ends/{year}", {}, "accountant", MAKER)
    assert proposed.status_code == 201, proposed.text
    for number in proposed.json()["vouchers"]:
        answer = await office.post(f"/vouchers/{number}/approve", {}, "chief_accountant", CHECKER)
        assert answer.status_code == 200, answer.text
    return proposed.json()["vouchers"]


def standing(year: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Opening and closing of every account of the book."""
    (book,) = (one for one in year["books"] if one["book"] == BOOK)
    return {line["account"]: (line["opening"], line["closing"]) for line in book["trial"]}


async def test_a_year_whose_income_is_not_carried_to_the_surplus_stays_open(office: Office) -> None:
    await a_year_with_a_subsidy(office)

    assert [one["code"] for one in (await prepared(office, "2017"))["missing"]] == ["NOT_CARRIED"]


async def test_closing_entries_of_january_count_for_the_year_that_they_close(office: Office) -> None:
    await a_year_with_a_subsidy(office)
    await carried(office)

    year = await sealed(office, "2017")

    assert standing(year) == {"1003": (0, SUBSIDY), "3001": (0, -SUBSIDY), "4101-按标准": (0, 0)}


async def test_a_year_opens_as_the_one_before_closed(office: Office) -> None:
    await a_year_with_a_subsidy(office)
    await carried(office)
    first = standing(await sealed(office, "2017"))
    await the_day_is_over(office, NEW_YEAR, NEXT_YEAR, (SUBSIDY,), (0,))

    second = standing(await sealed(office, "2018"))

    assert {account: opening for account, (opening, _) in second.items()} == {
        account: closing for account, (_, closing) in first.items()
    }


async def test_a_year_that_is_carried_has_nothing_more_to_carry(office: Office) -> None:
    await a_year_with_a_subsidy(office)

    assert await carried(office) == [f"{BOOK}-T31-2017"]
    assert await carried(office) == []


async def test_closing_vouchers_that_were_sent_back_are_drawn_up_again_under_a_new_number(office: Office) -> None:
    await a_year_with_a_subsidy(office)
    await office.post(f"/books/{BOOK}/year-ends/2017", {}, "accountant", MAKER)
    await office.post(f"/vouchers/{BOOK}-T31-2017/reject", {"reason": "附件缺失"}, "chief_accountant", CHECKER)

    assert await carried(office) == [f"{BOOK}-T31-2017-2"]


async def test_a_closing_voucher_that_nobody_approved_in_time_is_not_booked_into_a_sealed_year(office: Office) -> None:
    await office.open_accounts(FI, OUT)
    await office.voucher("PZ-1", [("1003", "D", SUBSIDY, "CZ-1"), ("4101-按标准", "C", SUBSIDY, None)])
    (waiting,) = (await office.post(f"/books/{BOOK}/year-ends/2017", {}, "accountant", MAKER)).json()["vouchers"]
    await office.voucher("PZ-2", [("4101-按标准", "D", SUBSIDY, None), ("1003", "C", SUBSIDY, "CZ-2")])
    fiscal = (0, ("S1", SUBSIDY, "CZ-1"), ("S2", -SUBSIDY, "CZ-2"))
    await the_day_is_over(office, DAY1, NEW_YEAR, fiscal, (0,))
    await sealed(office, "2017")

    late = await office.post(f"/vouchers/{waiting}/approve", {}, "chief_accountant", CHECKER)

    assert (late.status_code, late.json()["code"]) == (409, "ALREADY_SEALED")


async def a_year_with_an_advance(office: Office) -> None:
    """Of the year's subsidy a hospital still holds an advance."""
    await office.open_accounts(FI, OUT)
    subsidy = contribution(1, payer="subsidy", channel="fiscal", amount=SUBSIDY, bank_key="CZ-1")
    await office.receive("enrollment", DAY1, subsidy)
    await office.voucher("PZ-1", [("1004", "D", ADVANCE, "DB-1"), ("1003", "C", ADVANCE, "DB-1")])
    await office.voucher("PZ-2", [("1101-医院", "D", ADVANCE, "YF-1"), ("1004", "C", ADVANCE, "YF-1")])
    fiscal = (0, ("S1", SUBSIDY, "CZ-1"), ("S2", -ADVANCE, "DB-1"))
    await the_day_is_over(office, DAY1, NEW_YEAR, fiscal, (0, ("S3", ADVANCE, "DB-1"), ("S4", -ADVANCE, "YF-1")))
    await carried(office)


async def test_an_advance_that_no_provider_gave_back_keeps_the_year_open(office: Office) -> None:
    await a_year_with_an_advance(office)

    assert [one["code"] for one in (await prepared(office, "2017"))["missing"]] == ["ADVANCE_OPEN"]


async def test_an_advance_that_somebody_answers_for_is_listed_in_the_seal_of_the_year(office: Office) -> None:
    await a_year_with_an_advance(office)
    await office.may_stand(OUT, "1101-医院", NEXT_YEAR)

    year = YearClosed.model_validate({k: v for k, v in (await sealed(office, "2017")).items() if k != "seal"})

    assert [(one.account, one.balance, one.since) for one in year.aged] == [("1101-医院", ADVANCE, DAY1)]
    assert [(one.item, one.amount) for one in year.exceptions] == [("1101-医院", ADVANCE)]
