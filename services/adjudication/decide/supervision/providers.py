"""定点机构月度情况: what a provider's approved claims of a month add up to, and what may be wrong with the whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.supervision.claims import Evidence
from services.adjudication.decide.supervision.rules import Figures
from services.adjudication.recorded import Recorded

LAYERS = ("basic", "supplement", "critical", "assistance")


@dataclass(slots=True)
class ProviderMonth:
    """One provider and book: sums in fen, numbers of claims, and the persons seen and taken in."""

    book: str
    provider: str
    level: str
    claims: int = 0
    stays: int = 0
    stay_total: int = 0
    total: int = 0
    in_scope: int = 0
    layers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LAYERS, 0))
    clawed_back: int = 0
    drugs: int = 0
    off_list_drugs: int = 0
    quota_cases: int = 0
    over_quota: int = 0
    persons: set[str] = field(default_factory=set)
    hospitalised: set[str] = field(default_factory=set)

    def count(self, claim: Recorded, drug_prefixes: tuple[str, ...]) -> None:
        """Add one claim."""
        shares = claim.shares
        self.claims += 1
        self.total += shares.total
        self.in_scope += shares.in_scope
        for layer in LAYERS:
            self.layers[layer] += getattr(shares, layer)
        self.clawed_back += claim.clawed_back
        self.persons.add(claim.person)
        if claim.kind in STAYS:
            self.stays += 1
            self.stay_total += shares.total
            self.hospitalised.add(claim.person)
        if claim.kind == "single_disease":
            self.quota_cases += 1
            self.over_quota += shares.hospital > 0
        for charge in claim.charges:
            if charge.item.startswith(drug_prefixes):
                self.drugs += charge.amount
                self.off_list_drugs += charge.amount if charge.list_class == "C" else 0

    @property
    def fund(self) -> int:
        """Sum of the four layers, fen."""
        return sum(self.layers.values())


class Tally:
    """机构汇总: claims added up by book and provider; ``drug_prefixes`` tell a drug by its code."""

    def __init__(self, drug_prefixes: tuple[str, ...]) -> None:
        self._drug_prefixes = drug_prefixes
        self._found: dict[tuple[str, str], ProviderMonth] = {}
        self._books: dict[str, ProviderMonth] = {}

    def count(self, claims: Iterable[Recorded]) -> None:
        """Add some claims."""
        for claim in claims:
            key = claim.book, claim.provider
            if key not in self._found:
                self._found[key] = ProviderMonth(claim.book, claim.provider, claim.level)
                self._books.setdefault(claim.book, ProviderMonth(claim.book, "", ""))
            for whole in (self._found[key], self._books[claim.book]):
                whole.count(claim, self._drug_prefixes)

    def months(self) -> list[ProviderMonth]:
        """Give what was added up, in the order of books and providers."""
        return [self._found[key] for key in sorted(self._found)]

    def books(self) -> list[ProviderMonth]:
        """Give what all providers of a book add up to, in the order of books."""
        return [self._books[book] for book in sorted(self._books)]


def share(part: int, whole: int) -> int | None:
    """Give a share in basis points, rounded half-up; None of nothing."""
    return half_up(part * BASIS_POINTS, whole) if whole else None


def over_quota_share(month: ProviderMonth, figures: Figures) -> Evidence | None:
    """单病种超定额占比: more cases above the quota than the agreement allows."""
    if month.over_quota * BASIS_POINTS <= month.quota_cases * figures["share"]:
        return None
    return {"cases": month.quota_cases, "over": month.over_quota, "share": share(month.over_quota, month.quota_cases)}


def off_list_drug_share(month: ProviderMonth, figures: Figures) -> Evidence | None:
    """目录外药品占比: more of the drugs' cost outside the list than was agreed for the level."""
    agreed = figures[month.level]
    if month.off_list_drugs * BASIS_POINTS <= month.drugs * agreed:
        return None
    seen = share(month.off_list_drugs, month.drugs)
    return {"drugs": month.drugs, "off_list": month.off_list_drugs, "share": seen, "agreed": agreed}


def hospitalisation_rate(month: ProviderMonth, figures: Figures) -> Evidence | None:
    """住院率畸高畸低: of the persons seen, far more or far fewer were taken in than elsewhere."""
    persons, taken_in = len(month.persons), len(month.hospitalised)
    if persons < figures["from_persons"]:
        return None
    if figures["below"] * persons <= taken_in * BASIS_POINTS <= figures["above"] * persons:
        return None
    return {"persons": persons, "hospitalised": taken_in, "rate": share(taken_in, persons)}


ProviderRule = Callable[[ProviderMonth, Figures], Evidence | None]

PROVIDER_RULES: Mapping[str, ProviderRule] = {
    "OVER_QUOTA_SHARE": over_quota_share,
    "OFF_LIST_DRUG_SHARE": off_list_drug_share,
    "HOSPITALISATION_RATE": hospitalisation_rate,
}
