"""The rules of one period (一个时期的规则): a pack's figures in force, compiled policy by policy."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.adjudication.decide.assistance import Assistance
from services.adjudication.decide.chronic import Chronic
from services.adjudication.decide.critical import Critical
from services.adjudication.decide.deductible import Deductible
from services.adjudication.decide.figure import Figure, Figures, PackError
from services.adjudication.decide.outpatient import Outpatient
from services.adjudication.decide.quota import Quotas
from services.adjudication.decide.stay import Stay
from services.adjudication.decide.supplement import Supplement


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that a decision on one day needs, one policy a field."""

    kinds: Mapping[str, Figure[frozenset[str]]]
    cap: Figure[int]
    deductible: Deductible
    stay: Stay
    as_stay: Mapping[str, Figure[str]]
    outpatient: Outpatient | None
    chronic: Chronic | None
    quotas: Quotas
    bed_days: Quotas
    supplement: Supplement | None
    critical: Critical | None
    assistance: Assistance
    account: Figure[bool] | None

    @classmethod
    def of(cls, figures: Figures) -> "Rules":
        """Compile the figures of one period. Raises ``PackError`` if a rule would find no value."""
        rules = cls(
            kinds=figures.under("kinds", frozenset),
            cap=figures.one("cap", int),
            deductible=Deductible.of(figures),
            stay=Stay.of(figures),
            as_stay=figures.rows("as_stay.diseases", str),
            outpatient=Outpatient.of(figures),
            chronic=Chronic.of(figures),
            quotas=figures.rows("quota.diseases", int),
            bed_days=figures.rows("bed_day.diseases", int),
            supplement=Supplement.of(figures),
            critical=Critical.of(figures),
            assistance=Assistance.of(figures),
            account=figures.maybe("account.pays", bool),
        )
        rules.check_reach()
        return rules

    def check_reach(self) -> None:
        """Refuse a pack in which a covered kind at a covered level would reach no value."""
        needs: dict[str, list[bool]] = {
            "outpatient": [self.outpatient is not None],
            "chronic": [self.chronic is not None],
            "single_disease": [bool(self.quotas)],
            "bed_day": [bool(self.bed_days)],
        }
        for kind, figure in self.kinds.items():
            met = [*needs.get(kind, [])]
            if kind == "inpatient":
                met.append(figure.value <= self.deductible.levels.keys())
            if kind in ("inpatient", "single_disease"):
                met.append(figure.value <= self.stay.levels.keys())
            if not all(met):
                raise PackError.of("MISSING_VALUE", f"kinds.{kind}", "a level of this kind reaches no value")
