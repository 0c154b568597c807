"""What the three regions of the slow calculator share (独立核算): lines, order of checks, order of layers."""

from datetime import date
from fractions import Fraction
from math import floor
from typing import ClassVar

AMOUNTS = ["total", "outside_list", "over_limit", "pre_self_pay", "in_scope", "deductible", "basic", "supplement"]
AMOUNTS += ["critical", "assistance", "fund", "hospital", "person", "account", "cash"]


def y(yuan):
    return Fraction(yuan * 100)


def cents(x):
    return Fraction(floor(x + Fraction(1, 2)))


def percent(n):
    return Fraction(n, 100)


def layered(x, edges):
    """Sum of x cut at the edges, each piece at its percentage; edges are [(upper or None, percent)]."""
    paid, low = Fraction(0), Fraction(0)
    for upper, rate in edges:
        high = x if upper is None else min(x, y(upper))
        if high > low:
            paid += (high - low) * percent(rate)
        low = y(upper) if upper is not None else low
    return paid


def between(start, x, edges):
    return layered(x, edges) - layered(start, edges)


def lines(given):
    total = outside = over = pre = Fraction(0)
    for line in given:
        total += line["amount"]
        if line["class"] == "C":
            outside += line["amount"]
            continue
        over += line["over_limit"]
        pre += cents((line["amount"] - line["over_limit"]) * Fraction(line["self_pay_bp"], 10000))
    return {
        "total": total,
        "outside_list": outside,
        "over_limit": over,
        "pre_self_pay": pre,
        "in_scope": total - outside - over - pre,
    }


class Region:
    """What all three regions share: the order of the checks and of the layers."""

    begins = date(1, 1, 1)
    account = False
    diseases: ClassVar = {}

    def __init__(self, case):
        self.case = case
        self.on = date.fromisoformat(case["on"])
        self.claim = case["claim"]
        self.kind = self.claim["kind"]
        self.disease = self.claim["disease"]
        self.level = case["provider"]["level"]
        self.inside = case["provider"]["in_county"]
        self.tags = set(case["person"]["tags"])
        self.used = {"basic": 0, "own_in_scope": 0, "supplement": 0, "assistance": 0, "outpatient": 0}
        self.used |= {"chronic": {}, "stays": []} | case.get("ytd", {})

    def reason(self):
        admitted, discharged = self.claim["admitted"], self.claim["discharged"]
        if admitted is not None and (discharged is None or discharged < admitted or discharged != self.case["on"]):
            return "DATES_INVALID"
        if self.on < self.begins:
            return "PACK_NOT_IN_FORCE"
        if not self.covered():
            return "KIND_NOT_COVERED"
        if self.kind in ("chronic", "single_disease", "bed_day") and self.disease not in self.diseases[self.kind]:
            return "DISEASE_UNKNOWN"
        if self.kind == "chronic" and self.disease not in self.case["person"]["chronic"]:
            return "NOT_CERTIFIED"
        return None

    def room(self, limit, used):
        return max(Fraction(0), Fraction(limit) - used)

    def settle(self, split):
        hospital = self.hospital(split["in_scope"])
        covered = split["in_scope"] - hospital
        deductible, uncapped, own_limit = self.basic(covered)
        basic = min(uncapped, self.room(self.cap(), self.used["basic"]))
        if own_limit is not None:
            basic = min(basic, own_limit)
        supplement = self.supplement(uncapped - basic)
        own = covered - basic - supplement
        critical = assistance = Fraction(0)
        if self.counts_as_stay():
            before = self.used["own_in_scope"]
            critical = self.critical(before + own) - self.critical(before)
            assistance = self.assistance(own - critical)
        fund = basic + supplement + critical + assistance
        person = split["total"] - fund - hospital
        account = min(person, self.case["person"]["account_balance"]) if self.account else 0
        return split | {
            "deductible": deductible,
            "basic": basic,
            "supplement": supplement,
            "critical": critical,
            "assistance": assistance,
            "fund": fund,
            "hospital": hospital,
            "person": person,
            "account": account,
            "cash": person - account,
        }

    def counts_as_stay(self):
        return self.kind != "outpatient"

    def hospital(self, _in_scope):
        return Fraction(0)

    def supplement(self, _cut):
        return Fraction(0)

    def critical(self, _year):
        return Fraction(0)

    def assistance(self, _left):
        return Fraction(0)

    def aided(self, left, aids):
        """aids: [(percent, yearly limit in yuan or None)] of the tags held; the best rate counts."""
        if not aids:
            return Fraction(0)
        rate, limit = max(aids, key=lambda aid: aid[0])
        paid = cents(left * percent(rate))
        return paid if limit is None else min(paid, self.room(y(limit), self.used["assistance"]))
