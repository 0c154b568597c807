"""Split the fee lines (费用拆分): outside the list, above the price cap, paid first by the person, in scope."""

from typing import NamedTuple

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import Line
from services.adjudication.decide.result import Step


class Split(NamedTuple):
    """Where the billed amount falls, fen; ``total`` is the sum of the other four."""

    total: int
    outside_list: int
    over_limit: int
    pre_self_pay: int
    in_scope: int

    def step(self) -> Step:
        """Write the step of the trace."""
        total, outside, over, pre, in_scope = self
        return {
            "step": "lines",
            "term": "费用拆分",
            "in": {"total": total, "outside_list": outside, "over_limit": over, "pre_self_pay": pre},
            "out": in_scope,
        }


def split_lines(lines: tuple[Line, ...]) -> Split:
    """Add up the split of every line (packs.md §2.2)."""
    total = outside = over = pre = 0
    for amount, list_class, self_pay_bp, over_limit in lines:
        total += amount
        if list_class == "C":
            outside += amount
        else:
            over += over_limit
            if self_pay_bp:
                pre += half_up((amount - over_limit) * self_pay_bp, BASIS_POINTS)
    return Split(total, outside, over, pre, total - outside - over - pre)
