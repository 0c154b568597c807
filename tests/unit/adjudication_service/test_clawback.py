"""Taking back: never more than is left, every fen from the layer that paid it (追回)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.claims import Counted
from contracts.clawbacks import FundSplit
from services.adjudication.decide.clawback import Left, amount_of_lines, left_of, spread
from tests.unit.adjudication_service.given import line

fen = st.integers(0, 20_000_000)
splits = st.builds(FundSplit, basic=fen, supplement=fen, critical=fen, assistance=fen).filter(lambda s: s.total() > 0)


def counted(split: FundSplit, own: int = 0) -> Counted:
    return Counted(
        year=2017,
        basic=split.basic,
        own_in_scope=own,
        supplement=split.supplement,
        assistance=split.assistance,
        outpatient=0,
        chronic=0,
        disease=None,
    )


def test_half_of_a_claim_takes_half_of_every_layer() -> None:
    split = FundSplit(basic=1_000, supplement=0, critical=400, assistance=200)
    part = spread(Left(split, counted(split, own=500)), 800)
    assert (part.split, part.counted.own_in_scope) == (
        FundSplit(basic=500, supplement=0, critical=200, assistance=100),
        250,
    )


@given(split=splits, data=st.data())
def test_the_parts_add_up_and_no_layer_gives_more_than_it_paid(split: FundSplit, data: st.DataObject) -> None:
    amount = data.draw(st.integers(1, split.total()))
    part = spread(Left(split, counted(split)), amount).split
    assert part.total() == amount
    assert all(0 <= taken <= paid for (_, taken), (_, paid) in zip(part, split, strict=True))


@given(split=splits, own=fen, data=st.data())
def test_many_clawbacks_end_at_exactly_nothing(split: FundSplit, own: int, data: st.DataObject) -> None:
    taken: list[tuple[FundSplit, Counted]] = []
    whole = counted(split, own)
    while (left := left_of(split, whole, taken)).split.total():
        rest = left.split.total()
        part = spread(left, data.draw(st.integers(rest // 2 + rest % 2, rest)))
        taken.append((part.split, part.counted))
    assert left.counted == counted(FundSplit(basic=0, supplement=0, critical=0, assistance=0))


@pytest.mark.parametrize("amount", [0, -1, 1_001])
def test_nothing_and_too_much_are_refused(amount: int) -> None:
    split = FundSplit(basic=1_000, supplement=0, critical=0, assistance=0)
    with pytest.raises(ValueError, match="cannot be taken back"):
        spread(Left(split, counted(split)), amount)


def test_lines_cost_the_fund_their_share_of_what_is_in_scope() -> None:
    lines = [line(100_000), line(100_000, "B", self_pay_bp=5_000), line(999_999, "C")]
    assert [amount_of_lines(lines, [n], 75_000) for n in range(3)] == [50_000, 25_000, 0]


def test_a_line_named_twice_counts_once() -> None:
    assert amount_of_lines([line(100), line(100)], [0, 0], 100) == 50
