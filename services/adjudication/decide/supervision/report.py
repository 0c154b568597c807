"""定点机构月报: the indicators that each hospital is told (次均费用, 目录外药品占比, 实际补偿比, 超定额占比)."""

from typing import NamedTuple

from contracts.money import half_up
from services.adjudication.decide.supervision.providers import ProviderMonth, share


class Indicators(NamedTuple):
    """One provider, or a whole book where ``provider`` is empty: sums in fen, shares in basis points, None of nothing.

    ``clawed_back`` is what has been taken back of these claims so far; all other sums are as they were decided.
    Both protection levels are given: ``actual`` of all that was billed, ``in_scope_ratio`` of what the rules cover.
    """

    book: str
    provider: str
    name: str
    level: str
    claims: int
    stays: int
    mean_stay: int | None
    total: int
    in_scope: int
    basic: int
    supplement: int
    critical: int
    assistance: int
    fund: int
    clawed_back: int
    actual: int | None
    in_scope_ratio: int | None
    drugs: int
    off_list_drugs: int
    off_list_share: int | None
    quota_cases: int
    over_quota: int
    over_quota_share: int | None


def indicators(month: ProviderMonth, name: str) -> Indicators:
    """Work the indicators out of what was added up, each rounded half-up once."""
    return Indicators(
        book=month.book,
        provider=month.provider,
        name=name,
        level=month.level,
        claims=month.claims,
        stays=month.stays,
        mean_stay=half_up(month.stay_total, month.stays) if month.stays else None,
        total=month.total,
        in_scope=month.in_scope,
        **month.layers,
        fund=month.fund,
        clawed_back=month.clawed_back,
        actual=share(month.fund, month.total),
        in_scope_ratio=share(month.fund, month.in_scope),
        drugs=month.drugs,
        off_list_drugs=month.off_list_drugs,
        off_list_share=share(month.off_list_drugs, month.drugs),
        quota_cases=month.quota_cases,
        over_quota=month.over_quota,
        over_quota_share=share(month.over_quota, month.quota_cases),
    )
