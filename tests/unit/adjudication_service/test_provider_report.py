"""The monthly report of a provider (定点机构月报), and the three layers of seed 001 rebuilt from single claims."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

import openpyxl

from services.adjudication.api.provider_sheet import HEAD, xlsx
from services.adjudication.decide.supervision import Tally
from services.adjudication.decide.supervision.report import Indicators, indicators
from services.adjudication.recorded import Recorded
from tests.unit.adjudication_service.given import BOOK, LEVEL_2
from tests.unit.adjudication_service.recorded import RULES, charge, shares, stay, visit

STAYS_OF_THE_POOR = 3_385
"""Seed 001, rows 1-6 and 1-7: January to July 2020, in 3 county hospitals and 14 township centres."""

PROVIDERS = 17

SEED = {"total": 1_146_99, "basic": 665_23, "critical": 64_76, "assistance": 197_02, "in_scope": 1_003_15}
"""万元 with two decimals; what was in scope is not printed, but follows from 92.41% (row 1-8)."""

FEN = 10_000
"""One hundredth of 万元, in fen."""


def parts(whole: int) -> Iterator[int]:
    """Cut a sum into one part for each stay, to the fen."""
    return (whole * (n + 1) // STAYS_OF_THE_POOR - whole * n // STAYS_OF_THE_POOR for n in range(STAYS_OF_THE_POOR))


def stays_of_the_poor() -> Iterator[Recorded]:
    """Single stays that add up to what the seed prints."""
    for n, cut in enumerate(zip(*(parts(sum_ * FEN) for sum_ in SEED.values()), strict=True)):
        provider = f"H620100{n % PROVIDERS:05d}"
        yield stay(claim=f"C{n}", provider=provider, charges=(), shares=shares(**dict(zip(SEED, cut, strict=True))))


def book(*claims: Recorded) -> Indicators:
    """The indicators of the book as a whole."""
    tally = Tally(RULES.drug_prefixes)
    tally.count(claims)
    (whole,) = tally.books()
    return indicators(whole, "合计")


def in_ten_thousands(fen: int) -> Decimal:
    """万元, as the seed prints it."""
    return Decimal(fen).scaleb(-6).quantize(Decimal("0.01"))


def test_the_three_layers_of_seed_001_are_rebuilt_from_single_claims() -> None:
    whole = book(*stays_of_the_poor())
    layers = [in_ten_thousands(part) for part in (whole.basic, whole.critical, whole.assistance, whole.fund)]
    assert layers == [Decimal("665.23"), Decimal("64.76"), Decimal("197.02"), Decimal("927.01")]


def test_both_ratios_of_seed_001_are_reported() -> None:
    whole = book(*stays_of_the_poor())
    assert (whole.in_scope_ratio, whole.actual) == (92_41, 80_82)


def test_the_providers_of_a_book_add_up_to_the_book() -> None:
    tally = Tally(RULES.drug_prefixes)
    tally.count(stays_of_the_poor())
    (whole,), months = tally.books(), tally.months()
    assert (len(months), sum(month.fund for month in months)) == (PROVIDERS, whole.fund)


def test_the_mean_cost_of_a_stay_is_rounded_half_up_and_leaves_visits_out() -> None:
    whole = book(stay(shares=shares(100)), stay(claim="C2", shares=shares(101)), visit(shares=shares(9_999)))
    assert (whole.stays, whole.mean_stay) == (2, 101)


def test_the_share_of_drugs_outside_the_list_is_of_all_drugs() -> None:
    lines = (charge("XA01", amount=300), charge("XA02", amount=100, list_class="C"), charge("F1", list_class="C"))
    assert book(visit(charges=lines)).off_list_share == 25_00


def test_what_was_clawed_back_stands_beside_what_was_decided() -> None:
    whole = book(stay(clawed_back=1_000), stay(claim="C2", clawed_back=500))
    assert (whole.clawed_back, whole.basic) == (1_500, 1_400_000)


def test_a_share_of_nothing_is_none() -> None:
    whole = book(visit(charges=()))
    assert (whole.mean_stay, whole.off_list_share, whole.over_quota_share) == (None, None, None)


def test_the_workbook_shows_yuan_and_percent() -> None:
    tally = Tally(RULES.drug_prefixes)
    tally.count([stay(shares=shares(1_000_050, basic=700_035))])
    rows = [indicators(month, LEVEL_2.name) for month in tally.months()]
    sheet = openpyxl.load_workbook(BytesIO(xlsx("定点机构月报", rows))).active
    (head, row) = ([cell.value for cell in line] for line in list(sheet.iter_rows())[2:4])
    shown = dict(zip(head, row, strict=True))
    assert head == list(HEAD.values())
    assert [shown[HEAD[name]] for name in ("book", "name", "mean_stay", "fund", "actual")] == [
        BOOK,
        LEVEL_2.name,
        10_000.50,
        7_000.35,
        0.70,
    ]
