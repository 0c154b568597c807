"""逐条审核: what may be wrong with one claim, seen beside the other claims of the same person.

Every rule gives the evidence that it saw, or None. What a reviewer let pass is looked at again; the evidence says so.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

from pydantic import JsonValue

from contracts.claims import ClaimForm
from contracts.money import BASIS_POINTS
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.supervision.rules import Figures
from services.adjudication.recorded import Recorded

Evidence = dict[str, JsonValue]
ClaimRule = Callable[[Recorded, Sequence[Recorded], Figures], Evidence | None]
"""A claim, all claims of its person, the first approved first, and the figures of the rule."""

OUTPATIENT = frozenset({"outpatient", "chronic"})


def is_low_threshold_admission(claim: ClaimForm | Recorded, total: int, figures: Figures) -> bool:
    """低标准入院: a short stay that cost little, before it is paid as after; ``total`` is what was billed, fen."""
    if claim.kind != "inpatient" or claim.admitted is None or claim.discharged is None:
        return False
    return (claim.discharged - claim.admitted).days <= figures["days"] and total < figures["below"]


def is_out_of_area_invoice(claim: ClaimForm | Recorded, in_county: bool, total: int, figures: Figures) -> bool:
    """异地大额发票: an outpatient invoice from outside the area, paid back to the person; ``total`` fen were billed."""
    return claim.kind in OUTPATIENT and claim.pay_to == "person" and not in_county and total > figures["above"]


def low_threshold_admission(claim: Recorded, _: Sequence[Recorded], figures: Figures) -> Evidence | None:
    """低标准入院, of a settled claim."""
    total = claim.shares.total
    if not is_low_threshold_admission(claim, total, figures) or claim.admitted is None or claim.discharged is None:
        return None
    return {"days": (claim.discharged - claim.admitted).days, "total": total}


def split_stay(claim: Recorded, others: Sequence[Recorded], figures: Figures) -> Evidence | None:
    """分解住院: admitted again with the same disease soon after a discharge."""
    if claim.kind not in STAYS or claim.admitted is None or claim.disease is None:
        return None
    before = [
        (other.discharged, other.claim)
        for other in others
        if other.kind in STAYS
        and other.disease == claim.disease
        and other.discharged is not None
        and other.begins < claim.admitted
        and 0 <= (claim.admitted - other.discharged).days <= figures["days"]
    ]
    if not before:
        return None
    discharged, number = max(before)
    return {"before": number, "days": (claim.admitted - discharged).days, "disease": claim.disease}


def empty_bed(claim: Recorded, _: Sequence[Recorded], figures: Figures) -> Evidence | None:
    """挂床住院: a stay with too many days on which nothing was charged."""
    if claim.kind not in STAYS or claim.admitted is None or claim.discharged is None:
        return None
    days = (claim.discharged - claim.admitted).days
    if days < figures["from_days"]:
        return None
    charged = {charge.day for charge in claim.charges if claim.admitted <= charge.day < claim.discharged}
    idle = days - len(charged)
    if idle * BASIS_POINTS <= days * figures["idle_share"]:
        return None
    return {"days": days, "idle": idle}


def double_charging(claim: Recorded, others: Sequence[Recorded], _: Figures) -> Evidence | None:
    """重复收费: an item that the same provider charged before for the same day; the numbers of the lines, from 0.

    Before is what was approved first, whenever it was decided again: of two claims one is to be taken back, not both.
    """
    charged = {
        (charge.item, charge.day): other.claim
        for other in takewhile(lambda other: other.claim != claim.claim, others)
        if other.provider == claim.provider
        for charge in other.charges
    }
    lines: list[JsonValue] = []
    before: set[str] = set()
    amount = 0
    for number, charge in enumerate(claim.charges):
        first = charged.get((charge.item, charge.day))
        if first is None:
            charged[charge.item, charge.day] = claim.claim
        else:
            lines.append(number)
            before.add(first)
            amount += charge.amount
    return {"lines": lines, "charged_in": [*sorted(before)], "amount": amount} if lines else None


def out_of_area_invoice(claim: Recorded, _: Sequence[Recorded], figures: Figures) -> Evidence | None:
    """异地大额发票, of a settled claim."""
    total = claim.shares.total
    return {"total": total} if is_out_of_area_invoice(claim, claim.in_county, total, figures) else None


def paid_after_death(claim: Recorded, _: Sequence[Recorded], __: Figures) -> Evidence | None:
    """死亡后享受待遇: the care began after the day of death that is on record today."""
    since = claim.status_since
    if claim.status != "deceased" or since is None or since >= claim.begins:
        return None
    return {"deceased": since.isoformat(), "begins": claim.begins.isoformat(), "fund": claim.shares.fund}


def paid_in_custody(claim: Recorded, _: Sequence[Recorded], __: Figures) -> Evidence | None:
    """服刑羁押期间享受待遇: the person was in custody on the day of the care, as is on record today."""
    if claim.status != "in_custody" or claim.status_since is None:
        return None
    return {"since": claim.status_since.isoformat(), "on": claim.on.isoformat(), "fund": claim.shares.fund}


BY_STATUS = frozenset({"PAID_AFTER_DEATH", "PAID_IN_CUSTODY"})
"""The rules that ask what enrollment says today; all others see only what claims and their decisions say."""

CLAIM_RULES: Mapping[str, ClaimRule] = {
    "LOW_THRESHOLD_ADMISSION": low_threshold_admission,
    "SPLIT_STAY": split_stay,
    "EMPTY_BED": empty_bed,
    "DOUBLE_CHARGING": double_charging,
    "OUT_OF_AREA_INVOICE": out_of_area_invoice,
    "PAID_AFTER_DEATH": paid_after_death,
    "PAID_IN_CUSTODY": paid_in_custody,
}
