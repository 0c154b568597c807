"""The county of the demo is drawn after the printed figures of 义安区, and whoever lives there could be real."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from contracts.people import check_certificate_number
from services.cli.demo.command import SEED
from services.cli.demo.county import county
from services.cli.demo.scenario import Json, Scenario

MEAN_STAY = 515_700
"""3,916.71 yuan from the fund a stay at 75.95% (seed 000, row 0-5), fen."""


@pytest.fixture(scope="module")
def drawn() -> Scenario:
    return county(SEED)


def claims(scenario: Scenario) -> Iterator[Json]:
    for day in scenario.days:
        yield from scenario.claims[day]


def billed(claim: Json) -> int:
    lines = claim["lines"]
    assert isinstance(lines, list)
    return sum(line["amount"] for line in lines)


def test_the_county_is_one_in_a_hundred_of_the_printed_one(drawn: Scenario) -> None:
    kinds = Counter("stays" if claim["kind"] == "inpatient" else "visits" for claim in claims(drawn))

    assert len(drawn.persons) == 2_319  # of 231,908
    assert kinds == {"stays": 215, "visits": 1_241}  # of 21,488 and 124,103
    assert (drawn.premium, drawn.subsidy) == (15_000, 45_000)


def test_the_demo_lasts_ten_business_days_of_march_2017(drawn: Scenario) -> None:
    assert len(drawn.days) == 10
    assert all((day.year, day.month) == (2017, 3) and day.weekday() < 5 for day in drawn.days)


def test_a_stay_costs_on_average_what_is_printed(drawn: Scenario) -> None:
    stays = [billed(claim) for claim in claims(drawn) if claim["kind"] == "inpatient"]

    assert sum(stays) / len(stays) == pytest.approx(MEAN_STAY, rel=0.05)


def test_now_and_then_a_visit_outside_the_area_is_so_dear_that_people_verify_it(drawn: Scenario) -> None:
    dear = [claim for claim in claims(drawn) if claim["kind"] != "inpatient" and billed(claim) > 1_000_000]

    assert 10 < len(dear) < 30
    assert {(claim["provider"], claim["pay_to"]) for claim in dear} == {("H34070000001", "person")}


def test_there_are_providers_of_every_level_and_people_with_every_tag_of_the_poor(drawn: Scenario) -> None:
    levels = {provider["level"] for provider in drawn.providers}

    assert levels == {"village", "township", "level_1", "level_2", "level_3"}
    assert {tag["tag"] for tag in drawn.tags} == {"poor", "low_income", "extreme_poor"}


@pytest.mark.parametrize("seed", [SEED, 10, 15, 24, 31])
def test_everybody_has_an_identity_number_of_their_own_that_says_when_they_were_born(seed: int) -> None:
    persons = county(seed, stays=0, visits=0).persons
    numbers = [check_certificate_number(str(person["certno"])) for person in persons]

    assert len(set(numbers)) == len(persons)
    assert [f"{number[6:10]}-{number[10:12]}-{number[12:14]}" for number in numbers] == [p["birth"] for p in persons]
    assert {int(number[16]) % 2 for number, p in zip(numbers, persons, strict=True) if p["sex"] == "male"} == {1}


def test_nobody_is_born_after_the_first_day(drawn: Scenario) -> None:
    assert max(date.fromisoformat(str(person["birth"])) for person in drawn.persons) < drawn.days[0]


def test_the_same_seed_makes_the_same_county_and_another_seed_another(drawn: Scenario) -> None:
    assert county(SEED) == drawn
    assert county(SEED + 1) != drawn
