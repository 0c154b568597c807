"""The same rule in OpenFisca-Core: 340706's inpatient benefit of the basic fund, in its own fastest way.

It computes in float32 arrays over a whole batch; ours walks one case after the other in integers and keeps a trace.
So two figures stand side by side: how fast, and how many results differ from exact fractions by a fen or more.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from random import Random

import numpy as np
from openfisca_core import entities, indexed_enums, periods, taxbenefitsystems, taxscales, variables
from openfisca_core.simulations import SimulationBuilder

from services.adjudication.decide import check_case, decide
from services.adjudication.packs import shipped
from tests.bench.progress import Clock, clock

BATCH = 1_000
MONTH = "2017-03"
PACK = "340706-resident"
CAP = 16_000_000
RULES = {
    "township": (15_000, [(0, 8_500)]),
    "level_1": (30_000, [(0, 8_000)]),
    "level_2": (50_000, [(0, 7_500), (1_000_000, 8_000)]),
    "level_3": (80_000, [(0, 6_500), (1_000_000, 7_000)]),
}
"""Level: deductible in fen, bands (above which fen, basis points), read from the same rows of packs.md §3."""

Bill = tuple[str, int, int]
"""Level, in-scope cost and what the basic fund has paid this year, fen."""

Person = entities.Entity("person", "persons", "", "")


class Level(indexed_enums.Enum):  # type: ignore[misc]
    """医院级别."""

    township = "township"
    level_1 = "level_1"
    level_2 = "level_2"
    level_3 = "level_3"


class level(variables.Variable):  # noqa: N801 - OpenFisca names a variable by its class
    value_type = indexed_enums.Enum
    possible_values = Level
    default_value = Level.level_1
    entity = Person
    definition_period = periods.MONTH


class in_scope(variables.Variable):  # noqa: N801
    value_type = float
    entity = Person
    definition_period = periods.MONTH


class used(variables.Variable):  # noqa: N801
    value_type = float
    entity = Person
    definition_period = periods.MONTH


class basic(variables.Variable):  # noqa: N801
    value_type = float
    entity = Person
    definition_period = periods.MONTH

    def formula(person, period):  # noqa: N805 - as OpenFisca calls it
        cost, where = person("in_scope", period), person("level", period)
        paid = np.zeros_like(cost)
        for one, (deductible, scale) in SCALES.items():
            due = np.minimum(cost, deductible)
            paid = np.where(where == one, scale.calc(cost) - scale.calc(due), paid)
        return np.round(np.maximum(0, np.minimum(paid, CAP / 100 - person("used", period))), 2)


def _scale(bands: Sequence[tuple[int, int]]) -> taxscales.MarginalRateTaxScale:
    scale = taxscales.MarginalRateTaxScale()
    for over, rate in bands:
        scale.add_bracket(over / 100, rate / 10_000)
    return scale


SCALES = {Level[name]: (deductible / 100, _scale(bands)) for name, (deductible, bands) in RULES.items()}


def bills(count: int) -> list[Bill]:
    """Draw bills up to 300,000 yuan, a few of people near the yearly cap."""
    rng = Random(count)
    return [
        (rng.choice(list(RULES)), rng.randrange(30_000_000), rng.choice([0, 0, 0, rng.randrange(CAP)]))
        for _ in range(count)
    ]


def exact(bill: Bill) -> int:
    """Compute the benefit in exact fractions, rounded half up once: what both are held against."""
    name, cost, paid_before = bill
    deductible, bands = RULES[name]
    start, paid = min(cost, deductible), Fraction(0)
    for (over, rate), upto in zip(bands, [*(band[0] for band in bands[1:]), None], strict=True):
        top = cost if upto is None else min(cost, upto)
        paid += Fraction(max(0, top - max(start, over)) * rate, 10_000)
    return max(0, min(floor(paid + Fraction(1, 2)), CAP - paid_before))


def compared(given: Sequence[Bill]) -> tuple[float, int, int]:
    """Give our cases a second by theirs, the results of theirs that are not exact, and those of ours."""
    ours, our_time = _ours(given)
    theirs, their_time = _theirs(given)
    right = [exact(bill) for bill in given]
    return (
        their_time.work / our_time.work,
        sum(a != b for a, b in zip(theirs, right, strict=True)),
        sum(a != b for a, b in zip(ours, right, strict=True)),
    )


def _ours(given: Sequence[Bill]) -> tuple[list[int], Clock]:
    pack = shipped()[PACK]
    cases = [check_case(_case(*bill), {PACK}) for bill in given]
    with clock() as taken:
        results = [decide(case, pack)["amounts"]["basic"] for case in cases]  # type: ignore[arg-type]
    return results, taken


def _theirs(given: Sequence[Bill]) -> tuple[list[int], Clock]:
    system = taxbenefitsystems.TaxBenefitSystem([Person])
    system.add_variables(level, in_scope, used, basic)
    found: list[int] = []
    taken = Clock()
    for start in range(0, len(given), BATCH):
        piece = given[start : start + BATCH]
        levels = np.array([name for name, _, _ in piece])
        costs, before = (np.array([bill[n] for bill in piece]) / 100 for n in (1, 2))
        with clock(taken):
            simulation = SimulationBuilder().build_default_simulation(system, len(piece))
            simulation.set_input("level", MONTH, levels)
            simulation.set_input("in_scope", MONTH, costs)
            simulation.set_input("used", MONTH, before)
            paid = simulation.calculate("basic", MONTH)
        found += [round(float(one) * 100) for one in paid]
    return found, taken


def _case(name: str, cost: int, paid_before: int) -> dict[str, object]:
    return {
        "case": "bench",
        "pack": PACK,
        "on": "2017-03-01",
        "person": {"birth": "1970-01-01", "tags": [], "chronic": [], "account_balance": 0},
        "provider": {"level": name, "in_county": True},
        "claim": {
            "kind": "inpatient",
            "admitted": "2017-02-20",
            "discharged": "2017-03-01",
            "disease": None,
            "lines": [{"amount": cost, "class": "A", "self_pay_bp": 0, "over_limit": 0}],
        },
        "ytd": {"basic": paid_before},
    }
