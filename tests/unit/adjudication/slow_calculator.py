"""A second calculator, slow and plain (独立核算): exact fractions, written from the policy text, sharing no code.

Whatever the fast one says must agree with this one on every amount, to the fen. Values here are typed from the
documents again, not read from the packs. Yuan are written ``y(...)``; everything inside is fen.
"""

from datetime import date
from fractions import Fraction
from typing import ClassVar

from tests.unit.adjudication.slow_region import AMOUNTS, Region, between, cents, layered, lines, percent, y


def slow(case):
    """Result of one case: outcome, reason, amounts (a dict of int)."""
    split = lines(case["claim"]["lines"])
    place = {"340706-resident": Yian, "511300-resident": Nanchong, "510800-employee": Guangyuan}[case["pack"]](case)
    reason = place.reason()
    if reason:
        left = dict.fromkeys(AMOUNTS, 0) | split | {"person": split["total"], "cash": split["total"]}
        return "denied", reason, {name: int(value) for name, value in left.items()}
    return "approved", None, {name: int(value) for name, value in place.settle(split).items()}


class Yian(Region):
    begins = date(2017, 1, 1)
    shared: ClassVar = {"D01": 3000, "D02": 4000, "D03": 3600}
    single: ClassVar = {"D04": 2500, "D05": 20000}
    diseases: ClassVar = {"chronic": {*shared, *single}, "single_disease": {"Q01", "Q02"}, "bed_day": {"B01"}}
    bands: ClassVar = {
        "township": [(None, 85)],
        "level_1": [(None, 80)],
        "level_2": [(10000, 75), (None, 80)],
        "level_3": [(10000, 65), (None, 70)],
    }

    def covered(self):
        return self.kind in ("chronic", "outpatient") or self.level != "village"

    def cap(self):
        return y(160000)

    def hospital(self, in_scope):
        if self.kind == "single_disease":
            return max(Fraction(0), in_scope - y({"Q01": 5000, "Q02": 3500}[self.disease]))
        if self.kind == "bed_day":
            stay = date.fromisoformat(self.claim["discharged"]) - date.fromisoformat(self.claim["admitted"])
            return max(Fraction(0), in_scope - max(1, stay.days) * y(110))
        return Fraction(0)

    def basic(self, covered):
        if self.kind == "outpatient":
            return 0, cents(covered * percent(50)), self.room(y(150), self.used["outpatient"])
        if self.kind == "chronic":
            return 0, cents(covered * percent(65)), self.allowance()
        if self.kind == "bed_day":
            return 0, covered, None
        if self.kind == "single_disease":
            return 0, cents(layered(covered, self.bands[self.level])), None
        level = y({"township": 150, "level_1": 300, "level_2": 500, "level_3": 800}[self.level])
        deductible = min(covered, level)
        return deductible, cents(between(deductible, covered, self.bands[self.level])), None

    def allowance(self):
        if self.disease in self.shared:
            held = [self.shared[code] for code in set(self.case["person"]["chronic"]) if code in self.shared]
            yearly = y(max(held) + (1000 if len(held) > 1 else 0))
            used = sum(self.used["chronic"].get(code, 0) for code in self.shared)
        else:
            yearly = y(self.single[self.disease])
            used = self.used["chronic"].get(self.disease, 0)
        stays = [stay for stay in self.used["stays"] if stay[:4] == self.case["on"][:4]]
        if self.on >= date(2017, 7, 1):
            yearly -= cents(yearly * Fraction(len({stay[:7] for stay in stays}), 12))
        elif stays:
            yearly = cents(yearly / 2 ** len(stays))
        return self.room(yearly, used)

    def critical(self, year):
        start = y(5000) if self.tags & {"poor", "low_income", "extreme_poor"} else y(20000)
        edges = [(20000, 50), (100000, 60), (200000, 70), (None, 80)]
        return cents(layered(max(Fraction(0), year - start), edges))

    def assistance(self, left):
        table = {"extreme_poor": (100, None), "poor": (70, 30000), "low_income": (70, 30000)}
        return self.aided(left, [table[tag] for tag in self.tags if tag in table])


class Nanchong(Region):
    begins = date(2012, 1, 1)
    diseases: ClassVar = {"chronic": {f"K{n:02}" for n in range(1, 12)}}
    rates: ClassVar = {"township": 85, "level_1": 80, "level_2": 70, "level_3": 60}
    special: ClassVar = {f"T{n:02}" for n in range(1, 22)}

    def as_stay(self):
        return self.kind == "outpatient" and self.disease in self.special

    def counts_as_stay(self):
        return self.kind != "outpatient" or self.as_stay()

    def covered(self):
        if self.kind == "inpatient" or self.as_stay():
            return self.level in self.rates
        return self.kind == "chronic" or (self.kind == "outpatient" and self.level in ("village", "township"))

    def cap(self):
        return y(87000) if self.on <= date(2016, 12, 31) else y(160000)

    def basic(self, covered):
        if self.as_stay():
            return 0, cents(covered * percent(self.rates[self.level])), None
        if self.kind == "outpatient":
            return 0, cents(covered * percent(50)), self.room(y(100), self.used["outpatient"])
        if self.kind == "chronic":
            rate = 90 if self.tags & {"poor", "poor_exited"} else 50
            used = self.used["chronic"].get(self.disease, 0)
            return 0, cents(covered * percent(rate)), self.room(y(2000), used)
        level = y({"township": 150, "level_1": 300, "level_2": 500, "level_3": 700}[self.level])
        waived = self.inside and self.tags & {"poor", "poor_exited"}
        deductible = Fraction(0) if waived else min(covered, level)
        return deductible, cents((covered - deductible) * percent(self.stay_rate())), None

    def stay_rate(self):
        rate = self.rates[self.level]
        if self.disease in ("S01", "S02") and self.minor():
            return 100
        if self.disease in {f"P{n:02}" for n in range(1, 14)}:
            return min(100, rate + 5)
        return rate

    def minor(self):
        born, admitted = date.fromisoformat(self.case["person"]["birth"]), self.claim["admitted"]
        day = date.fromisoformat(admitted)
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return age < 18

    def critical(self, year):
        start = y(5000) if self.tags & {"poor", "poor_exited"} else y(10000)
        return cents(layered(max(Fraction(0), year - start), [(30000, 50), (60000, 60), (None, 70)]))

    def assistance(self, left):
        helped = (100, None) if self.inside else (70, 30000)
        table = {"poor": helped, "poor_exited": helped, "low_income": (50, 20000)}
        return self.aided(left, [table[tag] for tag in self.tags if tag in table])


class Guangyuan(Region):
    begins = date(2008, 1, 1)
    account = True

    def late(self):
        return self.on >= date(2009, 1, 1)

    def covered(self):
        return self.kind == "outpatient" or (
            self.kind == "inpatient" and self.level in ("level_1", "level_2", "level_3")
        )

    def cap(self):
        return y(80000) if self.late() else y(38320)

    def basic(self, covered):
        if self.kind == "outpatient":
            return 0, Fraction(0), None
        deductible = min(covered, y({"level_1": 300, "level_2": 500, "level_3": 800}[self.level]))
        old, new = {"level_1": (83, 86), "level_2": (80, 82), "level_3": (77, 80)}[self.level]
        return deductible, cents((covered - deductible) * percent(new if self.late() else old)), None

    def supplement(self, cut):
        limit = y(180000) if self.late() else y(150000)
        return min(cents(cut * percent(90)), self.room(limit, self.used["supplement"]))
