"""What every kind of event books, to the line."""

import pytest

from contracts.enrollment import Enrolled
from contracts.envelope import Body
from contracts.ledger import VoucherApproved
from services.ledger.chart import load_chart
from services.ledger.decide.post import post, post_body
from services.ledger.model import Entry, PostingRefusedError
from tests.unit.ledger.books import given

CHART = load_chart()
OWN, MEMO, AID = "340706-390", "340706-390-memo", "340706-610"

Said = list[tuple[str, str, list[str]]]


def book(body: Body) -> tuple[Entry, ...]:
    return post(given.event(body), CHART)


def said(entries: tuple[Entry, ...]) -> Said:
    return [
        (entry.template, entry.book, [f"{line.side} {line.account} {line.amount}" for line in entry.lines])
        for entry in entries
    ]


EXAMPLES: list[tuple[str, Body, Said]] = [
    (
        "T01 a contribution to the collection account",
        given.contribution(),
        [("T01", OWN, ["D 1002 15000", "C 4001-个人缴费 15000"])],
    ),
    (
        "T01t a contribution that the tax office collects is income when it is in the treasury",
        given.contribution(channel="tax"),
        [("T01t", OWN, ["D 1005 15000", "C 4001-个人缴费 15000"])],
    ),
    (
        "T01 an employee's contribution is split into pool and personal account",
        given.contribution(book="510800-310", payer="employer", personal_account=4_000),
        [("T01", "510800-310", ["D 1002 15000", "C 4001-统筹 11000", "C 4001-个人账户 4000"])],
    ),
    (
        "T04 a fiscal subsidy",
        given.contribution(channel="fiscal", payer="subsidy", amount=45_000),
        [("T04", OWN, ["D 1003 45000", "C 4101-按标准 45000"])],
    ),
    (
        "T05 premiums paid by medical assistance are premium income, not subsidy",
        given.contribution(channel="fiscal", payer="assistance"),
        [("T05", OWN, ["D 1003 15000", "C 4001-城乡医疗救助资助 15000"])],
    ),
    (
        "T06 premiums that the treasury pays for the poor",
        given.contribution(channel="fiscal", payer="fiscal_for_poor"),
        [("T06", OWN, ["D 1003 15000", "C 4001-财政代缴 15000"])],
    ),
    (
        "M01 what the fund owes by a decision",
        given.adjudicated(),
        [("M01", MEMO, ["D M待遇确认 60000", "C M应付待遇 60000"])],
    ),
    ("nothing for a pended claim", given.adjudicated(outcome="pended"), []),
    ("nothing for a claim of which the fund bears nothing", given.adjudicated(fund=0), []),
    (
        "M02 what is on its way to the bank",
        given.batched(),
        [("M02", MEMO, ["D M应付待遇 95000", "C M在途 95000"])],
    ),
    (
        "T08 with T18, T20 and M03: a paid stay of all layers",
        given.confirmed(),
        [
            (
                "T08",
                OWN,
                ["D 5001-住院 60000", "D 1101-大病承办 30000", "D 1101-医疗救助 5000", "C 1004 95000"],
            ),
            ("T20", AID, ["D 5001-救助支出 5000", "C 2001-暂收(居民医保) 5000"]),
            ("M03", MEMO, ["D M在途 95000", "C M已付 95000"]),
        ],
    ),
    (
        "T08 an outpatient visit",
        given.confirmed(given.payment_line(given.split(2_000), kind="outpatient")),
        [
            ("T08", OWN, ["D 5001-门诊 2000", "C 1004 2000"]),
            ("M03", MEMO, ["D M在途 2000", "C M已付 2000"]),
        ],
    ),
    (
        "T09 with M04: a returned payment",
        given.returned(),
        [
            ("T09", OWN, ["D 1004 95000", "C 2001-退票待付 95000"]),
            ("M04", MEMO, ["D M已付 95000", "C M应付待遇 95000"]),
        ],
    ),
    (
        "T10 with M03: a returned payment made good is no new benefit",
        given.confirmed(given.payment_line(repays="L0")),
        [
            ("T10", OWN, ["D 2001-退票待付 95000", "C 1004 95000"]),
            ("M03", MEMO, ["D M在途 95000", "C M已付 95000"]),
        ],
    ),
    (
        "M05 a clawback",
        given.clawback(),
        [("M05", MEMO, ["D M应付待遇 20000", "C M待遇确认 20000"])],
    ),
    (
        "M05 a clawback that was undone on appeal",
        given.reversal(),
        [("M05", MEMO, ["D M待遇确认 20000", "C M应付待遇 20000"])],
    ),
    (
        "a voucher as it stands",
        given.approved(),
        [("T07", OWN, ["D 1004 1000000", "C 1003 1000000"])],
    ),
    (
        "T21 with M07: a recovery in the same year is a red debit",
        given.approved(
            given.voucher(
                given.voucher_line("1003", "D", 20_000, claim="C1"),
                given.voucher_line("5001-住院", "D", -20_000, claim="C1"),
                template="T21",
            )
        ),
        [
            ("T21", OWN, ["D 1003 20000", "D 5001-住院 -20000"]),
            ("M07", MEMO, ["D M已付 20000", "C M应付待遇 20000"]),
        ],
    ),
    (
        "M07 back: a red voucher takes the recovery back, and the claim owes again",
        given.approved(
            given.voucher(
                given.voucher_line("1003", "D", -20_000, claim="C1"),
                given.voucher_line("5001-住院", "D", 20_000, claim="C1"),
                template="RED",
                corrects=given.ROOT_CAUSE,
                corrects_day=given.DAY,
                corrects_template="T21",
            )
        ),
        [
            ("RED", OWN, ["D 1003 -20000", "D 5001-住院 20000"]),
            ("M07", MEMO, ["D M应付待遇 20000", "C M已付 20000"]),
        ],
    ),
]


@pytest.mark.parametrize(("body", "lines"), [case[1:] for case in EXAMPLES], ids=[case[0] for case in EXAMPLES])
def test_books(body: Body, lines: Said) -> None:
    assert said(book(body)) == lines


@pytest.mark.parametrize("body", [case[1] for case in EXAMPLES if isinstance(case[1], VoucherApproved)])
def test_a_voucher_counts_for_what_it_moves_in_the_control_totals_red_debits_or_not(body: VoucherApproved) -> None:
    moved = post_body(given.event(body), body, CHART).amount

    assert moved == body.control()[1] == body.voucher.lines[0].amount


def test_a_correction_counts_for_what_it_takes_back() -> None:
    back = given.voucher(
        given.voucher_line("1003", "D", -20_000),
        given.voucher_line("5001-住院", "D", 20_000),
        template="RED",
        corrects=given.ROOT_CAUSE,
        corrects_day=given.DAY,
    )
    body = given.approved(back)

    assert post_body(given.event(body), body, CHART).amount == body.control()[1] == -20_000


def test_an_event_that_touches_no_book_books_nothing() -> None:
    enrolled = Enrolled(person="P1", book=OWN, psn_type="1501", birth=given.DAY, begins=given.DAY, ends=None)

    assert book(enrolled) == ()


def test_an_entry_stands_on_the_business_date_and_remembers_the_day_at_the_bank() -> None:
    (entry,) = book(given.contribution())

    assert (entry.business_date, entry.incurred_on) == (given.DAY, given.BANK_DAY)


def test_only_the_bank_line_carries_the_bank_account_and_its_key() -> None:
    (entry,) = book(given.contribution())

    assert [(line.bank_account, line.bank_key) for line in entry.lines] == [
        ("340706-390-IN", "IN-1"),
        (None, None),
    ]


def test_a_payment_carries_its_claim_person_and_batch_on_every_line() -> None:
    entry = book(given.confirmed())[0]

    assert {(line.claim, line.person, line.batch) for line in entry.lines} == {("C1", "P1", "B1")}


def test_a_hospital_that_is_paid_is_the_provider_of_the_lines() -> None:
    line = given.payment_line(pay_to="provider", payee=given.HOSPITAL)

    assert {line.provider for line in book(given.confirmed(line))[0].lines} == {given.HOSPITAL}


def test_the_same_event_makes_the_same_entries() -> None:
    assert book(given.confirmed()) == book(given.confirmed())


def test_every_line_of_a_batch_has_entries_of_its_own() -> None:
    entries = book(given.confirmed(given.payment_line(), given.payment_line(line="L2", claim="C2")))

    assert len({entry.id for entry in entries}) == 6


REFUSED = [
    ("NO_TEMPLATE", "a subsidy paid to the collection account", given.contribution(payer="subsidy")),
    ("UNKNOWN_BOOK", "a scheme that keeps no book", given.contribution(book="340706-999")),
    ("WRONG_BANK_ACCOUNT", "a payment from another account", given.confirmed(account="340706-390-IN")),
    ("UNBALANCED", "a line whose layers are not its amount", given.confirmed(given.payment_line(amount=95_001))),
    (
        "WRONG_PURPOSE",
        "benefits paid from the collection account",
        given.approved(
            given.voucher(given.voucher_line("5001-住院", "D", 5), given.voucher_line("1002", "C", 5), template="FREE")
        ),
    ),
    (
        "WRONG_PURPOSE",
        "borrowed money that passes through the collection account",
        given.approved(
            given.voucher(
                given.voucher_line("1002", "D", 5),
                given.voucher_line("2101", "C", 5),
                given.voucher_line("1003", "D", 5),
                given.voucher_line("1002", "C", 5),
                template="FREE",
            )
        ),
    ),
    (
        "UNKNOWN_ACCOUNT",
        "a heading that is never posted to",
        given.approved(
            given.voucher(given.voucher_line("5001", "D", 5), given.voucher_line("1004", "C", 5), template="FREE")
        ),
    ),
    (
        "WRONG_RED",
        "a red line on the wrong side",
        given.approved(
            given.voucher(
                given.voucher_line("1003", "D", 5),
                given.voucher_line("1004", "D", -6),
                given.voucher_line("4201", "D", -5),
                given.voucher_line("1004", "D", 6),
                template="FREE",
            )
        ),
    ),
]


@pytest.mark.parametrize(("code", "body"), [(code, body) for code, _, body in REFUSED], ids=[c[1] for c in REFUSED])
def test_refuses(code: str, body: Body) -> None:
    with pytest.raises(PostingRefusedError) as refusal:
        book(body)

    assert refusal.value.code == code
