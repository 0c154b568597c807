"""The plot of the demo: what came back is paid again, however late the bank sends it."""

import pytest

from services.cli.demo.scenario import Plot


@pytest.mark.parametrize(("back", "again"), [(0, 3), (2, 3), (3, 4), (6, 7)])
def test_a_payment_is_repaid_on_the_first_day_that_finds_it_back_and_once(back: int, again: int) -> None:
    repaid_on: list[int] = []
    for n in range(10):
        if Plot(repay=3).repays(n, ["L1"] if n > back else [], len(repaid_on)):
            repaid_on.append(n)

    assert repaid_on == [again]
