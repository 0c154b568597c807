"""Quotas (单病种定额, 床日付费): the hospital bears what its in-scope cost exceeds the quota.

The quota is held against the in-scope cost, so what lies outside the list never costs the fund (packs.md §3).
"""

from collections.abc import Mapping

from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure
from services.adjudication.decide.result import Step

Quotas = Mapping[str, Figure[int]]
"""Fen per case (single disease) or per day (bed day), by disease."""


def over_quota(quotas: Quotas, case: Case, in_scope: int, trace: list[Step]) -> int:
    """Give the hospital's part of a single-disease case, fen."""
    quota = quotas[case.disease or ""]
    hospital = max(0, in_scope - quota.value)
    trace.append(quota.step({"in_scope": in_scope}, hospital))
    return hospital


def over_bed_days(quotas: Quotas, case: Case, in_scope: int, trace: list[Step]) -> int:
    """Give the hospital's part of a stay paid by the bed-day, fen; a stay of less than a day counts as one."""
    quota = quotas[case.disease or ""]
    days = bed_days(case)
    hospital = max(0, in_scope - days * quota.value)
    trace.append(quota.step({"in_scope": in_scope, "days": days}, hospital))
    return hospital


def bed_days(case: Case) -> int:
    """Count the days of a stay (床日): discharge less admission, at least one."""
    if case.admitted is None or case.discharged is None:
        return 1
    return max(1, (case.discharged - case.admitted).days)
