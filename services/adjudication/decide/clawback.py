"""追回: take back part of an approved claim, never more than is left of it, layer by layer in proportion.

The amount is spread over the layers in proportion to what is left of each, from the top down (医疗救助, 大病, 补充,
基本): each boundary between layers is rounded once, so the parts add up to the amount, and no layer gives more than
it paid. The person's accumulators give back in the same proportion.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

from contracts.claims import Adjudicated, ClaimLine, Counted
from contracts.clawbacks import Clawback, ClawbackReversed, FundSplit
from contracts.money import BASIS_POINTS, half_up
from services.adjudication.model import COUNTED

TOP_DOWN = ("assistance", "critical", "supplement", "basic")


class Left(NamedTuple):
    """What is left of an approved claim after earlier clawbacks: the fund's layers and what it counts, fen."""

    split: FundSplit
    counted: Counted


def clawback_number(cause: UUID, n: int = 0) -> str:
    """Make the number of the n-th clawback that a command or an event causes."""
    return f"K{uuid5(cause, f'clawback/{n}' if n else 'clawback').hex[:24]}"


def clawback_of(
    decided: Adjudicated,
    decision_id: UUID,
    number: str,
    part: Left,
    *,
    finding: str | None,
    ground: str | None,
    reason: str,
    lines: tuple[int, ...] = (),
    account: int = 0,
    repeats: str | None = None,
) -> Clawback:
    """Write the clawback of ``part`` of a decision; ``account`` is what the personal account gets back, fen.

    ``ground`` is None where people gave none, as they did once. ``repeats`` is the clawback that they agreed to, where
    this one takes the same of a newer decision.
    """
    return Clawback(
        clawback=number,
        claim=decided.claim,
        person=decided.person,
        book=decided.book,
        provider=decided.provider,
        kind=decided.kind,
        on=decided.on,
        decision_id=decision_id,
        lines=lines,
        split=part.split,
        amount=part.split.total(),
        counted=part.counted,
        account=account,
        finding=finding,
        ground=ground,
        reason=reason,
        repeats=repeats,
    )


def reversal_of(taken: Clawback, reason: str) -> ClawbackReversed:
    """Give back all that a clawback took; people's clawbacks leave the personal account alone."""
    return ClawbackReversed(
        clawback=taken.clawback,
        appeal=taken.repeats or taken.clawback,
        claim=taken.claim,
        person=taken.person,
        book=taken.book,
        provider=taken.provider,
        kind=taken.kind,
        on=taken.on,
        decision_id=taken.decision_id,
        split=taken.split,
        amount=taken.amount,
        counted=taken.counted,
        reason=reason,
    )


def left_after(decided: Adjudicated, taken: Iterable[Clawback]) -> Left:
    """Give what is left of an approved decision after these clawbacks."""
    amounts = decided.amounts
    split = FundSplit(
        basic=amounts.basic,
        supplement=amounts.supplement,
        critical=amounts.critical,
        assistance=amounts.assistance,
    )
    return left_of(split, decided.counted, [(body.split, body.counted) for body in taken])


def left_of(split: FundSplit, counted: Counted, taken: Sequence[tuple[FundSplit, Counted]]) -> Left:
    """Take earlier clawbacks off what was approved."""
    layers = {layer: getattr(split, layer) - sum(getattr(s, layer) for s, _ in taken) for layer in TOP_DOWN}
    counts = {name: getattr(counted, name) - sum(getattr(c, name) for _, c in taken) for name in COUNTED}
    return Left(FundSplit(**layers), counted.model_copy(update=counts))


def amount_of_lines(lines: Sequence[ClaimLine], numbers: Sequence[int], fund: int) -> int:
    """Give the fund's part of some fee lines, fen: its share of the claim's in-scope cost, rounded half-up."""
    scope = [_in_scope(line) for line in lines]
    whole = sum(scope)
    return half_up(fund * sum(scope[number] for number in set(numbers)), whole) if whole else 0


def spread(left: Left, amount: int) -> Left:
    """Spread ``amount`` fen over what is left. Raises ``ValueError`` above what is left, or for nothing."""
    whole = left.split.total()
    if not 0 < amount <= whole:
        raise ValueError(f"{amount} fen cannot be taken back: {whole} fen are left of what was approved")
    parts, below, taken = {}, 0, 0
    for layer in TOP_DOWN:
        below += getattr(left.split, layer)
        upto = half_up(below * amount, whole)
        parts[layer], taken = upto - taken, upto
    split = FundSplit(**parts)
    counted = left.counted
    return Left(
        split,
        Counted(
            year=counted.year,
            basic=split.basic,
            own_in_scope=half_up(counted.own_in_scope * amount, whole),
            supplement=split.supplement,
            assistance=split.assistance,
            outpatient=split.basic if counted.outpatient else 0,
            chronic=split.basic if counted.chronic else 0,
            disease=counted.disease,
        ),
    )


def _in_scope(line: ClaimLine) -> int:
    if line.list_class == "C":
        return 0
    scope = line.amount - line.over_limit
    return scope - half_up(scope * line.self_pay_bp, BASIS_POINTS)
