"""A year of a book: its budget beside what was booked, and its closing."""

from typing import Any

from tests.service.ledger.books.conftest import Ledger
from tests.unit.ledger.books import given

CHIEF = ("chief_accountant",)
BUDGET = {
    "document": {"name": "2017 年预算批复", "digest": "0" * 64},
    "lines": [{"line": "1", "amount": 60_000}, {"line": "e1.1", "amount": 100_000}],
}


async def paid_and_collected(ledger: Ledger) -> None:
    await ledger.take("enrollment", given.event(given.contribution()))
    await ledger.take("payment", given.event(given.confirmed(given.payment_line(given.split(60_000)))))


async def set_budget(ledger: Ledger, **change: Any) -> Any:
    return await ledger.post(f"/books/{given.BOOK}/budgets/2017", BUDGET | change, actor="zhu.guan", roles=CHIEF)


async def test_a_budget_is_shown_beside_what_was_booked(ledger: Ledger) -> None:
    await paid_and_collected(ledger)
    await set_budget(ledger)

    shown = (await ledger.get(f"/books/{given.BOOK}/budgets/2017", until="2017-03-31")).json()["lines"]

    assert {line["line"]: (line["budget"], line["actual"], line["share_bp"]) for line in shown if line["budget"]} == {
        "1": (60_000, 15_000, 2_500),
        "e1.1": (100_000, 60_000, 6_000),
    }


async def test_a_later_budget_takes_the_place_of_an_earlier_one(ledger: Ledger) -> None:
    await set_budget(ledger)
    await set_budget(ledger, lines=[{"line": "1", "amount": 7}])

    shown = (await ledger.get(f"/books/{given.BOOK}/budgets/2017", until="2017-03-31")).json()["lines"]

    assert [(line["line"], line["budget"]) for line in shown] == [("1", 7)]


async def test_a_budget_for_a_line_that_the_form_does_not_have_is_refused(ledger: Ledger) -> None:
    answer = await set_budget(ledger, lines=[{"line": "77", "amount": 7}])

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "UNKNOWN_LINE", "lines.0.line")


async def close_the_year(ledger: Ledger) -> list[str]:
    made = (await ledger.post(f"/books/{given.BOOK}/year-ends/2017", {})).json()["vouchers"]
    for number in made:
        answer = await ledger.post(f"/vouchers/{number}/approve", {}, actor="zhu.guan", roles=CHIEF)
        assert answer.status_code == 200, answer.text
    return list(made)


async def test_the_year_end_brings_income_and_expense_into_the_surplus(ledger: Ledger) -> None:
    await paid_and_collected(ledger)

    made = await close_the_year(ledger)

    rows = await ledger.fetch(
        "select account, (credit - debit)::int from state.balance where book = $1 order by 1", given.BOOK
    )
    assert made == [f"{given.BOOK}-T31-2017", f"{given.BOOK}-T32-2017"]
    assert {tuple(row) for row in rows if row[0][0] in "345"} == {
        ("3001", -45_000),
        ("4001-个人缴费", 0),
        ("5001-住院", 0),
    }


async def test_the_statement_of_a_closed_year_still_shows_its_income_and_expense(ledger: Ledger) -> None:
    await paid_and_collected(ledger)
    await close_the_year(ledger)

    path = f"/books/{given.BOOK}/statements/income_expense"
    filled = (await ledger.get(path, since="2017-01-01", until="2017-12-31")).json()

    shown = {figure["line"]: figure["amount"] for figure in filled["figures"]}
    assert (shown["8"], shown["e7"], shown["e9"]) == (15_000, 60_000, -45_000)


async def test_a_year_is_closed_once(ledger: Ledger) -> None:
    await paid_and_collected(ledger)
    await close_the_year(ledger)

    answer = await ledger.post(f"/books/{given.BOOK}/year-ends/2017", {}, actor="another")

    assert (answer.status_code, answer.json()) == (201, {"vouchers": []})


async def test_a_closing_entry_is_not_taken_back_by_hand(ledger: Ledger) -> None:
    await paid_and_collected(ledger)
    await close_the_year(ledger)
    (entry, *_) = await ledger.fetch("select id from state.entry where template = 'T31'")

    answer = await ledger.post("/vouchers/corrections", {"entry": str(entry["id"]), "summary": "冲销结转"})

    assert (answer.status_code, answer.json()["code"]) == (422, "CLOSING_ENTRY")
