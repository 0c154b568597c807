"""What holds for every entry, whatever happens: it balances, funds stay apart, and accounts stay above zero."""

from hypothesis import given as for_all
from hypothesis import strategies as some

from contracts.clawbacks import FundSplit
from contracts.envelope import Body
from services.ledger.chart import load_chart
from services.ledger.decide.chart import chart_from
from services.ledger.decide.invariants import between_funds, not_swept, overdrawn, unpaired
from services.ledger.decide.post import post
from services.ledger.decide.trial import balances_of, trial_balance
from services.ledger.decide.yearend import year_end
from services.ledger.model import Balance, Line
from tests.unit.ledger.books import given

CHART = load_chart()

fen = some.integers(0, 10**11)
splits = some.builds(FundSplit, basic=fen, supplement=fen, critical=fen, assistance=fen)
kinds = some.sampled_from(("inpatient", "outpatient", "chronic", "single_disease", "bed_day"))
lines = some.builds(given.payment_line, splits, kind=kinds, repays=some.sampled_from((None, "L0")))
batches = some.lists(lines, min_size=1, max_size=5)
contributions = some.one_of(
    some.builds(
        given.contribution,
        payer=some.sampled_from(("personal", "assistance")),
        channel=some.sampled_from(("agency", "tax")),
        amount=fen,
    ),
    some.integers(0, 10**9).flatmap(
        lambda pool: some.builds(
            given.contribution,
            book=some.just("340706-310"),
            payer=some.just("employer"),
            amount=some.just(pool + 700),
            personal_account=some.integers(0, 700),
        )
    ),
)
events: some.SearchStrategy[Body] = some.one_of(
    contributions,
    batches.map(lambda of: given.confirmed(*of)),
    batches.map(lambda of: given.batched(*of)),
    lines.map(given.returned),
    fen.map(given.clawback),
)


@for_all(events)
def test_every_entry_balances(body: Body) -> None:
    entries = post(given.event(body), CHART)

    assert [sum(line.signed for line in entry.lines) for entry in entries] == [0] * len(entries)


@for_all(events)
def test_every_entry_has_an_id_of_its_own(body: Body) -> None:
    entries = post(given.event(body), CHART)

    assert len({entry.id for entry in entries}) == len(entries)


@for_all(events)
def test_what_one_fund_is_owed_another_owes(body: Body) -> None:
    assert unpaired(between_funds(CHART), balances_of(post(given.event(body), CHART))) == []


@for_all(batches)
def test_the_memo_of_a_payment_comes_to_what_left_the_bank(paid: list[given.PaymentLine]) -> None:
    entries = post(given.event(given.confirmed(*paid)), CHART)

    moved = {balance.account: balance.signed for balance in balances_of(entries)}
    assert moved.get("M已付", 0) == moved.get("1004", 0) == -sum(line.amount for line in paid)


@for_all(some.lists(events, max_size=6))
def test_the_year_end_closes_income_and_expense_to_zero(bodies: list[Body]) -> None:
    entries = [entry for n, body in enumerate(bodies) for entry in post(given.event(body, str(n)), CHART)]
    balances = balances_of(entries)
    books = sorted({balance.book for balance in balances if not balance.book.endswith("-memo")})
    for book in books:
        for voucher in year_end(CHART, book, [one for one in balances if one.book == book], given.DAY):
            entries += post(given.event(given.approved(voucher), voucher.voucher), CHART)

    left = {one.account: one.signed for one in balances_of(entries) if one.account[0] in "45" and one.signed}
    assert left == {}


def test_an_unmet_advance_between_funds_is_found() -> None:
    own, aid, memo = post(given.event(given.confirmed()), CHART)
    forged = aid._replace(lines=(Line("5001-救助支出", "D", 4_999), Line("2001-暂收(居民医保)", "C", 4_999)))

    (finding,) = unpaired(between_funds(CHART), balances_of([own, forged, memo]))

    assert finding == ("UNPAIRED", "340706", "暂付 and 暂收 between its funds differ by 0.01")


def test_a_bank_account_below_zero_is_found() -> None:
    findings = overdrawn(CHART, balances_of(post(given.event(given.confirmed()), CHART)))

    assert [(finding.code, finding.sentence) for finding in findings] == [
        ("OVERDRAWN", "1004 支出户存款 stands -95000 fen")
    ]


def test_an_account_that_only_an_earlier_chart_has_is_held_against_its_class() -> None:
    without = {"accounts": [one for one in CHART.model_dump()["accounts"] if one["code"] != "1004"]}
    later = chart_from(CHART.model_dump() | without)
    held = [Balance(given.BOOK, "1004", 0, 500), Balance(given.BOOK, "1003", 500, 0)]

    assert [finding.sentence for finding in overdrawn(later, held)] == ["1004 1004 stands -500 fen"]
    assert [(row.account, row.closing) for row in trial_balance(later, held, []).rows] == [
        ("1003", 500),
        ("1004", -500),
    ]


def test_the_collection_account_is_to_be_empty_at_the_end_of_a_month() -> None:
    findings = not_swept([Balance(given.BOOK, "1002", 500, 400), Balance(given.BOOK, "1003", 500, 400)])

    assert [finding.code for finding in findings] == ["NOT_SWEPT"]
