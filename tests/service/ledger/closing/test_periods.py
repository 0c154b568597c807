"""A month is a fold of its sealed days, sealed by two people behind a gate of its own; a year is a fold of months."""

from datetime import date

from contracts.closing import MonthClosed
from services.ledger.decide.seal import root_of_seals, seal_bytes
from services.ledger.decide.signature import public_keys, signed
from tests.service.ledger.closing.given import CHECKER, DAY1, DAY2, DAY3, IN, MAKER, OUT, contribution

APRIL, NEXT = date(2017, 4, 1), date(2017, 4, 2)


async def a_month_of_two_days(office):
    """One contribution on the first day, nothing on the second, which is the last of the month."""
    await office.open_accounts(IN)
    await office.receive("enrollment", DAY1, contribution(1))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0, ("S1", 15_000, "SK-0301"))
    first = await office.close(DAY1)
    await office.end(DAY2, APRIL)
    await office.markers(DAY2, APRIL)
    await office.statement(IN, DAY2, 15_000)
    return [first, await office.close(DAY2)]


async def prepare(office, period):
    return (await office.post(f"/periods/{period}/prepare", {}, "accountant", MAKER)).json()


async def seal(office, period, actor=CHECKER):
    digest = (await prepare(office, period))["digest"]
    return await office.post(f"/periods/{period}/seal", {"digest": digest}, "chief_accountant", actor)


async def test_a_month_is_sealed_over_the_seals_of_its_days(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    days = [await office.close(DAY1)]
    await office.end(DAY2, APRIL)
    await office.markers(DAY2, APRIL)
    days.append(await office.close(DAY2))
    sealed = (await seal(office, "2017-03")).json()
    assert sealed["root"] == root_of_seals(day["seal"] for day in days)


async def test_the_month_states_opening_movement_and_closing_of_every_account(office):
    await a_month_of_two_days(office)
    await office.may_stand(IN, "1002", APRIL)
    sealed = (await seal(office, "2017-03")).json()
    (book,) = sealed["books"]
    held = {line["account"]: (line["opening"], line["closing"]) for line in book["trial"]}
    assert (book["entries"], held) == (1, {"1002": (0, 15_000), "4001-个人缴费": (0, -15_000)})


async def test_a_collection_account_that_is_not_empty_keeps_the_month_open(office):
    await a_month_of_two_days(office)
    assert [one["code"] for one in (await prepare(office, "2017-03"))["missing"]] == ["NOT_SWEPT"]


async def test_a_reasoned_exception_lets_the_collection_account_keep_its_balance(office):
    await a_month_of_two_days(office)
    await office.may_stand(IN, "1002", APRIL)
    sealed = (await seal(office, "2017-03")).json()
    assert [(one["item"], one["amount"]) for one in sealed["exceptions"]] == [("1002", 15_000)]


async def test_a_balance_of_the_months_end_is_answered_for_after_the_next_month_has_begun(office):
    await a_month_of_two_days(office)
    await office.end(APRIL, NEXT)
    await office.may_stand(IN, "1002", NEXT)
    assert [one["code"] for one in (await prepare(office, "2017-03"))["missing"]] == ["NOT_SWEPT"]
    await office.may_stand(IN, "1002", NEXT, day=DAY2)
    assert (await seal(office, "2017-03")).status_code == 201


async def test_a_balance_is_not_answered_for_on_a_day_to_come(office):
    await a_month_of_two_days(office)
    later = await office.propose_to_stand(IN, "1002", NEXT, day=NEXT)
    assert (later.status_code, later.json()["code"]) == (422, "OTHER_DAY")


async def test_a_balance_of_a_sealed_year_is_not_answered_for_any_more(office):
    new_year = date(2018, 1, 1)
    await office.end(DAY1, new_year)
    await office.markers(DAY1, new_year)
    await office.close(DAY1)
    await seal(office, "2017-03")
    await seal(office, "2017")
    await office.open_accounts(IN)
    late = await office.propose_to_stand(IN, "1002", new_year, day=DAY1)
    assert (late.status_code, late.json()["code"]) == (409, "ALREADY_SEALED")


async def test_what_one_person_answers_for_keeps_the_month_open(office):
    await a_month_of_two_days(office)
    proposed = await office.propose_to_stand(IN, "1002", APRIL)
    assert proposed.json()["status"] == "proposed"
    assert [one["code"] for one in (await prepare(office, "2017-03"))["missing"]] == ["NOT_SWEPT"]


async def one_fund_has_paid_for_another(office):
    """The resident fund fronts 救助 by hand; nobody has booked it in the book of 救助 yet."""
    await office.open_accounts(OUT)
    fronted = [("1101-医疗救助", "D", 5_000, "DF-0301"), ("1004", "C", 5_000, "DF-0301")]
    await office.voucher("PZ-1", [("1004", "D", 5_000, "LX-0301"), ("4201", "C", 5_000, "LX-0301")])
    await office.voucher("PZ-2", fronted)
    await office.end(DAY1, APRIL)
    await office.markers(DAY1, APRIL)
    await office.statement(OUT, DAY1, 0, ("S1", 5_000, "LX-0301"), ("S2", -5_000, "DF-0301"))
    await office.close(DAY1)


async def test_what_one_fund_has_paid_for_another_without_its_twin_keeps_the_month_open(office):
    await one_fund_has_paid_for_another(office)
    missing = (await prepare(office, "2017-03"))["missing"]
    assert [(one["code"], one["message"]) for one in missing] == [
        ("UNPAIRED", "340706: 暂付 and 暂收 between its funds differ by 50.00")
    ]


async def test_a_reasoned_exception_lets_funds_differ_over_the_month(office):
    await one_fund_has_paid_for_another(office)
    await office.may_stand(OUT, "1101-医疗救助", APRIL)
    sealed = (await seal(office, "2017-03")).json()
    assert [(one["item"], one["amount"]) for one in sealed["exceptions"]] == [("1101-医疗救助", 5_000)]


async def test_a_month_that_is_not_over_is_not_sealed(office):
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.close(DAY1)
    assert [one["code"] for one in (await prepare(office, "2017-03"))["missing"]] == ["PERIOD_STILL_OPEN"]


async def test_a_month_with_an_unsealed_day_names_the_day(office):
    await office.end(DAY1, DAY2)
    await office.end(DAY2, APRIL)
    missing = (await prepare(office, "2017-03"))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [("NOT_SEALED", str(DAY1)), ("NOT_SEALED", str(DAY2))]


async def test_months_are_sealed_in_order(office):
    for day, following in ((DAY1, APRIL), (APRIL, date(2017, 5, 1))):
        await office.end(day, following)
        await office.markers(day, following)
        await office.close(day)
    missing = (await prepare(office, "2017-04"))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [("EARLIER_PERIOD_OPEN", "2017-03")]
    assert [(await seal(office, month)).status_code for month in ("2017-03", "2017-04")] == [201, 201]


async def test_years_are_sealed_in_order(office):
    for day, following in ((DAY1, date(2018, 1, 1)), (date(2018, 1, 1), date(2019, 1, 1))):
        await office.end(day, following)
        await office.markers(day, following)
        await office.close(day)
        await seal(office, f"{day:%Y-%m}")
    missing = (await prepare(office, "2018"))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [("EARLIER_PERIOD_OPEN", "2017")]
    assert [(await seal(office, year)).status_code for year in ("2017", "2018")] == [201, 201]


async def test_nobody_seals_the_month_that_they_put_forward(office):
    await office.end(DAY1, APRIL)
    await office.markers(DAY1, APRIL)
    await office.close(DAY1)
    assert (await seal(office, "2017-03", actor=MAKER)).json()["code"] == "SAME_PERSON"


async def test_the_signature_of_a_month_is_good(office):
    await office.end(DAY1, APRIL)
    await office.markers(DAY1, APRIL)
    await office.close(DAY1)
    await seal(office, "2017-03")
    closed = MonthClosed.model_validate_json((await office.get("/periods/2017-03")).content)
    keys = public_keys([(await office.get("/keys")).content])
    assert signed(seal_bytes(closed), closed.signature, closed.kid, keys)


async def test_a_year_is_a_fold_of_its_sealed_months(office):
    new_year = date(2018, 1, 1)
    await office.end(DAY1, new_year)
    await office.markers(DAY1, new_year)
    await office.close(DAY1)
    month = (await seal(office, "2017-03")).json()
    year = (await seal(office, "2017")).json()
    assert (year["root"], year["months"][0]["seal"]) == (root_of_seals([month["seal"]]), month["seal"])


async def test_voucher_numbers_go_on_through_the_month(office):
    await office.receive("enrollment", DAY1, contribution(1), contribution(2))
    await office.open_accounts(IN)
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0, ("S1", 30_000, "SK-0301"))
    first = await office.close(DAY1)
    await office.receive("enrollment", DAY2, contribution(3, bank_key="SK-0302", value_date=DAY2))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 30_000, ("S2", 15_000, "SK-0302"))
    second = await office.close(DAY2)
    assert [day["books"][0]["first"] for day in (first, second)] == [1, 3]
