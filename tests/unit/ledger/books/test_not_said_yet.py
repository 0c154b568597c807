"""What no service says yet is booked all the same, and a voucher of the same template books the same lines."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts import schemas
from contracts.catalogue import NOT_SAID_YET
from contracts.envelope import Body
from contracts.ledger import VoucherApproved
from services.ledger.chart import load_chart
from services.ledger.decide.invariants import between_funds, unpaired
from services.ledger.decide.post import post, post_body
from services.ledger.decide.trial import balances_of
from services.ledger.decide.vouchers import VoucherOrder, draw_up
from services.ledger.model import Entry
from tests.unit.ledger.books import given

CHART = load_chart()
BOOK, AID, EMPLOYEE = "340706-390", "340706-610", "510800-310"
KINDS: Mapping[str, type[Body]] = {body.KIND: body for body in NOT_SAID_YET}
STAY = {"care": "住院"}

SAME: list[tuple[str, str, str, dict[str, str]]] = [
    ("AdvancePaid", "T12", BOOK, {}),
    ("ProviderSettled", "T13", BOOK, STAY),
    ("ProviderSettled", "T14", BOOK, STAY),
    ("AdvanceRepaid", "T15", BOOK, {"bank": "1004"}),
    ("DepositWithheld", "T16", BOOK, STAY),
    ("DepositReleased", "T16r", BOOK, {}),
    ("CriticalPremiumPaid", "T17", BOOK, {"bank": "1003"}),
    ("CriticalFronted", "T18", BOOK, {}),
    ("CriticalRepaid", "T19", BOOK, {"bank": "1004"}),
    ("InsurerFloatReceived", "T19f", BOOK, {}),
    ("AssistanceFronted", "T20", BOOK, {}),
    ("AssistanceFronted", "T20", AID, {"payer_fund": "居民医保"}),
    ("AssistanceRepaid", "T20s", AID, {"payer_fund": "居民医保", "bank": "1003"}),
    ("AssistanceRepaid", "T20r", BOOK, {"bank": "1004"}),
    ("AccountTransferredIn", "T27", EMPLOYEE, {}),
    ("AccountTransferredOut", "T28", EMPLOYEE, {}),
    ("LevelFundsReceived", "T29", BOOK, {"bank": "1003", "kin": "4301"}),
    ("LevelFundsPaid", "T30", BOOK, {"bank": "1003", "kin": "5202"}),
]
"""Kind, template, book, and what the maker of the voucher has to choose."""


def example(kind: str, **changes: Any) -> Body:
    file = Path(schemas.__file__).parent / "examples" / f"{kind}.v1.json"
    return KINDS[kind].model_validate(json.loads(file.read_text(encoding="utf-8")) | changes)


def booked(kind: str, template: str, book: str, **changes: Any) -> Entry:
    """Give the first entry that the example of a kind makes by this template in this book."""
    entries = post(given.event(example(kind, **changes)), CHART)
    return next(one for one in entries if (one.template, one.book) == (template, book))


def by_hand(entry: Entry, choices: dict[str, str]) -> Entry:
    """Make the same with a voucher: the template, its amount, its choices, and whom it concerns."""
    first = entry.lines[0]
    keys = {line.bank_key for line in entry.lines} - {None}
    about = {
        "person": first.person,
        "provider": first.provider,
        "claim": first.claim,
        "bank_key": min(keys, default=None),
    }
    order = VoucherOrder(
        book=entry.book,
        template=entry.template,
        amount=first.amount,
        choices=choices,
        about=about,
        incurred_on=entry.incurred_on,
    )
    voucher = draw_up(order, CHART, "V-1", max(given.DAY, entry.incurred_on))
    approved = VoucherApproved(maker="zhao", checker="qian", voucher=voucher)
    return next(one for one in post(given.event(approved), CHART) if one.template == entry.template)


@pytest.mark.parametrize(("kind", "template", "book", "choices"), SAME)
def test_a_voucher_of_the_same_template_gives_the_same_lines(
    kind: str, template: str, book: str, choices: dict[str, str]
) -> None:
    entry = booked(kind, template, book)

    manual = by_hand(entry, choices)

    assert (manual.lines, manual.incurred_on) == (entry.lines, entry.incurred_on)


def test_every_kind_that_is_not_said_yet_is_compared_with_its_voucher() -> None:
    assert {kind for kind, *_ in SAME} == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_booked_is_what_the_kind_counts_for_in_its_day(kind: str) -> None:
    body = example(kind)

    assert post_body(given.event(body), body, CHART).amount == body.control()[1]


@pytest.mark.parametrize("kind", ["AssistanceFronted", "AssistanceRepaid"])
def test_what_one_fund_pays_for_another_stands_in_both_books(kind: str) -> None:
    entries = post(given.event(example(kind)), CHART)

    assert {entry.book for entry in entries} == {BOOK, AID}
    assert unpaired(between_funds(CHART), balances_of(entries)) == []


def test_a_settlement_books_each_kind_of_care_and_leaves_out_deductions_and_deposits() -> None:
    entries = post(given.event(example("ProviderSettled")), CHART)

    assert [(entry.template, entry.lines[0].account, entry.lines[0].amount) for entry in entries] == [
        ("T13", "5001-住院", 6_310_000),
        ("T14", "5001-住院", 3_000_000),
        ("T13", "5001-门诊", 1_140_000),
    ]


def test_a_settlement_that_does_not_add_up_is_no_settlement() -> None:
    (line, _) = json.loads(example("ProviderSettled").canonical())["lines"]

    with pytest.raises(ValueError, match="together"):
        example("ProviderSettled", lines=[line | {"paid": line["paid"] + 1}])


@pytest.mark.parametrize(
    ("kind", "level", "account"),
    [
        ("LevelFundsReceived", "superior", "4301"),
        ("LevelFundsReceived", "inferior", "4302"),
        ("LevelFundsPaid", "superior", "5202"),
        ("LevelFundsPaid", "inferior", "5201"),
    ],
)
def test_each_level_has_its_own_account(kind: str, level: str, account: str) -> None:
    (entry,) = post(given.event(example(kind, level=level)), CHART)

    assert account in {line.account for line in entry.lines}
