"""What one layer has paid above its part is held against the others (补差)."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.clawbacks import FundSplit
from services.payment.model import net

layers = st.fixed_dictionaries({name: st.integers(-(10**9), 10**9) for name in FundSplit.model_fields})


@given(layers)
def test_the_whole_is_paid_and_no_fen_more(owed: dict[str, int]) -> None:
    assert net(owed).total() == max(0, sum(owed.values()))


@given(layers)
def test_no_layer_pays_more_than_it_owes(owed: dict[str, int]) -> None:
    paid = net(owed)
    assert all(getattr(paid, name) <= max(0, amount) for name, amount in owed.items())
