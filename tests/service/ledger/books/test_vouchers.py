"""Vouchers by hand: one person proposes, another approves, and only then are they booked."""

from io import BytesIO
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from pypdf import PdfReader

from services.ledger.decide.numbering import number_vouchers
from tests.service.ledger.books.conftest import FIRST_DAY, Ledger
from tests.unit.ledger.books import given

CHIEF = {"actor": "zhu.guan", "roles": ("chief_accountant",)}
SUBSIDY = {"book": given.BOOK, "template": "T04", "amount": 5_000_000, "choices": {"subsidy": "按标准"}}
APPROPRIATION = {"book": given.BOOK, "template": "T07", "amount": 1_000_000}


class Numbered(NamedTuple):
    """What the numbers of a day go by, and the voucher that was booked."""

    id: UUID
    book: str
    template: str
    voucher: str


async def proposed(ledger: Ledger, order: dict[str, Any]) -> str:
    answer = await ledger.post("/vouchers", order)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["voucher"])


async def approved(ledger: Ledger, order: dict[str, Any]) -> str:
    number = await proposed(ledger, order)
    answer = await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF)
    assert answer.status_code == 200, answer.text
    return number


async def booked(ledger: Ledger) -> list[tuple[str, str, int]]:
    rows = await ledger.fetch("select account, side::text, amount from state.line order by business_date, entry, n")
    return [tuple(row) for row in rows]


async def test_a_proposed_voucher_is_not_booked(ledger: Ledger) -> None:
    await proposed(ledger, SUBSIDY)

    assert await booked(ledger) == []


async def test_an_approved_voucher_is_booked_as_its_template_says(ledger: Ledger) -> None:
    await approved(ledger, SUBSIDY)

    assert await booked(ledger) == [("1003", "D", 5_000_000), ("4101-按标准", "C", 5_000_000)]


async def test_vouchers_are_numbered_by_book_and_day(ledger: Ledger) -> None:
    numbers = [await proposed(ledger, SUBSIDY | {"amount": amount}) for amount in (1, 2)]

    assert numbers == ["340706-390-V20170301-001", "340706-390-V20170301-002"]


async def test_the_maker_cannot_approve_her_own_voucher(ledger: Ledger) -> None:
    number = await proposed(ledger, SUBSIDY)

    answer = await ledger.post(f"/vouchers/{number}/approve", {}, actor="kuai.ji", roles=("chief_accountant",))

    assert (answer.status_code, answer.json()["code"]) == (403, "SAME_PERSON")


async def test_an_accountant_cannot_approve(ledger: Ledger) -> None:
    number = await proposed(ledger, SUBSIDY)

    answer = await ledger.post(f"/vouchers/{number}/approve", {}, actor="another")

    assert (answer.status_code, answer.json()["code"]) == (403, "WRONG_ROLE")


async def test_a_voucher_is_decided_once(ledger: Ledger) -> None:
    number = await approved(ledger, SUBSIDY)

    answer = await ledger.post(f"/vouchers/{number}/reject", {"reason": "too late"}, **CHIEF)

    assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_DECIDED")


async def test_a_rejected_voucher_is_never_booked(ledger: Ledger) -> None:
    number = await proposed(ledger, SUBSIDY)
    await ledger.post(f"/vouchers/{number}/reject", {"reason": "附件不全"}, **CHIEF)

    answer = await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF)

    assert (answer.status_code, answer.json()["code"], await booked(ledger)) == (409, "ALREADY_DECIDED", [])


async def test_no_bank_account_goes_below_zero(ledger: Ledger) -> None:
    number = await proposed(ledger, APPROPRIATION)

    answer = await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF)

    assert (answer.status_code, answer.json()["code"], await booked(ledger)) == (409, "FUND_SHORT", [])


async def test_sent_again_under_the_same_key_it_is_one_voucher(ledger: Ledger) -> None:
    answers = [await ledger.post("/vouchers", SUBSIDY, key="one-and-the-same") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len((await ledger.get("/vouchers")).json()["vouchers"]) == 1


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("UNKNOWN_TEMPLATE", {"template": "T99"}),
        ("UNKNOWN_TEMPLATE", {"template": "T08", "book": "340706-610"}),
        ("UNKNOWN_TEMPLATE", {"template": "T23"}),
        ("UNKNOWN_BOOK", {"book": "340706-999"}),
        ("MEMO_BOOK", {"book": "340706-390-memo"}),
        ("AMOUNT_MISSING", {"amount": 0}),
        ("CHOICE_MISSING", {"choices": {}}),
        ("CHOICE_MISSING", {"choices": {"subsidy": "随便"}}),
        ("UNKNOWN_CHOICE", {"choices": {"subsidy": "按标准", "bank": "1002"}}),
        ("DATE_IN_FUTURE", {"incurred_on": "2017-03-02"}),
        ("LINES_GIVEN", {"lines": [given.voucher_line("1003", "D", 5).model_dump()] * 2}),
    ],
)
async def test_refuses_an_order(ledger: Ledger, code: str, change: dict[str, Any]) -> None:
    answer = await ledger.post("/vouchers", SUBSIDY | change)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


FREE = {
    "book": given.BOOK,
    "template": "FREE",
    "summary": "重分类",
    "lines": [
        given.voucher_line("5001-住院", "D", 700).model_dump(),
        given.voucher_line("5001-门诊", "D", -700).model_dump(),
    ],
}


async def test_free_lines_are_for_the_chief_accountant(ledger: Ledger) -> None:
    answer = await ledger.post("/vouchers", FREE)

    assert (answer.status_code, answer.json()["code"]) == (403, "FREE_LINES")


async def test_free_lines_of_one_chief_are_approved_by_another(ledger: Ledger) -> None:
    made = await ledger.post("/vouchers", FREE, actor="fu.zhu.guan", roles=("chief_accountant",))
    await ledger.post(f"/vouchers/{made.json()['voucher']}/approve", {}, **CHIEF)

    assert await booked(ledger) == [("5001-住院", "D", 700), ("5001-门诊", "D", -700)]


async def test_free_lines_must_balance(ledger: Ledger) -> None:
    lines = [FREE["lines"][0], FREE["lines"][1] | {"amount": -699}]

    answer = await ledger.post("/vouchers", FREE | {"lines": lines}, roles=("chief_accountant",))

    assert (answer.status_code, answer.json()["code"]) == (422, "UNBALANCED")


@pytest.mark.parametrize(
    ("field", "value"), [("amount", 700), ("choices", {"care": "住院"}), ("about", {"claim": "C1"})]
)
async def test_free_lines_leave_nothing_out_that_was_said_beside_them(
    ledger: Ledger, field: str, value: object
) -> None:
    answer = await ledger.post("/vouchers", FREE | {field: value}, roles=("chief_accountant",))

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "NOT_FOR_FREE_LINES", field)


async def test_free_lines_keep_to_what_a_bank_account_may_pay(ledger: Ledger) -> None:
    lines = [FREE["lines"][0], given.voucher_line("1002", "C", 700).model_dump()]

    answer = await ledger.post("/vouchers", FREE | {"lines": lines}, roles=("chief_accountant",))

    assert (answer.status_code, answer.json()["code"]) == (422, "WRONG_PURPOSE")


async def correct(ledger: Ledger) -> Any:
    (entry,) = await ledger.fetch("select id from state.entry where corrects is null")
    return await ledger.post("/vouchers/corrections", {"entry": str(entry["id"]), "summary": "冲销记错的补贴"})


async def test_a_correction_in_red_names_the_entry_and_its_day(ledger: Ledger) -> None:
    await approved(ledger, SUBSIDY)
    number = (await correct(ledger)).json()["voucher"]

    (entry,) = await ledger.fetch("select id, business_date from state.entry")
    shown = (await ledger.get(f"/vouchers/{number}")).json()
    assert (shown["corrects"], shown["corrects_day"]) == (str(entry["id"]), "2017-03-01")


async def test_an_approved_correction_takes_the_old_entry_back(ledger: Ledger) -> None:
    await approved(ledger, SUBSIDY)
    number = (await correct(ledger)).json()["voucher"]
    answer = await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF)

    assert answer.status_code == 200, answer.text
    balances = await ledger.fetch("select debit - credit as net from state.balance")
    assert [row["net"] for row in balances] == [0, 0]


async def test_an_entry_is_taken_back_once(ledger: Ledger) -> None:
    await approved(ledger, SUBSIDY)
    number = (await correct(ledger)).json()["voucher"]
    await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF)

    (entry,) = await ledger.fetch("select id from state.entry where corrects is null")
    answer = await ledger.post("/vouchers/corrections", {"entry": str(entry["id"]), "summary": "再冲一次"})

    assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_CORRECTED")


async def printed(ledger: Ledger, number: str) -> str:
    """Read the page of a voucher, blanks left out: a line may break anywhere."""
    page = PdfReader(BytesIO((await ledger.get(f"/vouchers/{number}/print")).content)).pages[0]
    return "".join(page.extract_text().split())


async def test_the_printed_voucher_says_the_amount_in_capitals(ledger: Ledger) -> None:
    number = await proposed(ledger, SUBSIDY | {"amount": 1_234_567})

    assert "壹万贰仟叁佰肆拾伍元陆角柒分" in await printed(ledger, number)


async def test_a_printed_voucher_has_no_number_before_its_day_is_sealed(ledger: Ledger) -> None:
    number = await approved(ledger, SUBSIDY)

    assert "未编号" in await printed(ledger, number)


async def test_a_printed_voucher_has_the_number_that_the_seal_gave_it(ledger: Ledger) -> None:
    numbers = [await approved(ledger, order) for order in (SUBSIDY, APPROPRIATION, SUBSIDY | {"amount": 1})]
    await ledger.fetch("insert into state.sealed (day) values ($1)", FIRST_DAY)
    columns = "entry.id, entry.book, entry.template, voucher"
    entries = await ledger.fetch(f"select {columns} from state.entry join state.voucher on event = cause")

    given_by_the_seal = number_vouchers([Numbered(*row) for row in entries], {})

    for row in entries:
        assert f"2017年03月记字第{given_by_the_seal[row['id']]}号" in await printed(ledger, row["voucher"])
    assert {row["voucher"] for row in entries} == set(numbers)


@pytest.mark.parametrize(
    ("path", "body", "roles"),
    [
        ("/vouchers", SUBSIDY | {"book": "999999-390"}, ("accountant",)),
        (
            "/bank-accounts",
            {
                "bank_account": "999999-390-OUT",
                "book": "999999-390",
                "account": "1004",
                "number": "62",
                "since": "2017-03-01",
            },
            ("chief_accountant",),
        ),
        (
            "/books/999999-390/budgets/2017",
            {"document": {"name": "预算", "digest": "0" * 64}, "lines": [{"line": "1", "amount": 1}]},
            ("chief_accountant",),
        ),
        ("/books/999999-390/year-ends/2017", {}, ("accountant",)),
    ],
)
async def test_the_books_of_another_area_are_not_kept_here(
    ledger: Ledger, path: str, body: dict[str, Any], roles: tuple[str, ...]
) -> None:
    answer = (await ledger.post(path, body, roles=roles)).json()

    assert (answer["code"], answer["field"]) == ("UNKNOWN_BOOK", "book")
