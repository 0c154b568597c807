"""The county that the measurements play: enough people, and claims in the proportions of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.cli.demo.county import county
from services.cli.demo.scenario import Json, Scenario

DAY = date(2017, 3, 1)
SEED = 20170301
STAYS_IN_100 = 15
"""21,488 of 145,591 visits are stays in hospital (seed 000, row 0-3)."""

CLAIMS_A_PERSON = 3


@dataclass(frozen=True)
class Played:
    """A county without claims, and the claims that are handed in piece by piece."""

    scenario: Scenario
    claims: Sequence[Json]

    def cases(self) -> list[Json]:
        """Write the claims as cases for ``claims adjudicate`` (packs.md §1), the year still empty."""
        births = {person["person"]: person["birth"] for person in self.scenario.persons}
        tags: dict[object, list[object]] = {}
        for tag in self.scenario.tags:
            tags.setdefault(tag["person"], []).append(tag["tag"])
        levels = {provider["provider"]: provider["level"] for provider in self.scenario.providers}
        chronic: dict[object, list[object]] = {}
        for certificate in self.scenario.certificates:
            chronic.setdefault(certificate["person"], []).append(certificate["disease"])
        return [
            {
                "case": claim["claim"],
                "pack": "340706-resident",
                "on": claim["on"],
                "person": {
                    "birth": births.get(claim["person"], "1960-01-01"),
                    "tags": tags.get(claim["person"], []),
                    "chronic": chronic.get(claim["person"], []),
                    "account_balance": 0,
                },
                "provider": {"level": levels.get(claim["provider"], "level_1"), "in_county": True},
                "claim": {key: claim[key] for key in ("kind", "admitted", "discharged", "disease")}
                | {"lines": [{key: line[key] for key in LINE} for line in claim["lines"]]},
                "ytd": {},
            }
            for claim in self.claims
        ]


LINE = ("amount", "class", "self_pay_bp", "over_limit")


def played(claims: int) -> Played:
    """Draw a county with so many claims, all on its first day."""
    stays = claims * STAYS_IN_100 // 100
    drawn = county(SEED, people=claims // CLAIMS_A_PERSON, stays=stays, visits=claims - stays, days=(DAY,))
    # of so many people some would share a certificate number; the county is drawn for fewer
    once = {person["certno"]: person for person in drawn.persons}
    return Played(replace(drawn, persons=list(once.values()), claims={}), drawn.claims[DAY])
