"""A command is done once, however often it is sent; its key is never good for another one."""

from collections.abc import Iterator

import pytest

from services.cli.client import Json, RefusedError
from services.cli.demo.people import CLERK
from tests.journey.town import Town


@pytest.fixture
def provider(town: Town) -> Json:
    """The agreement that was entered first when the town was played."""
    return dict(town.desk.scenario.providers[0])


@pytest.fixture(autouse=True)
def nothing_is_appended(town: Town) -> Iterator[None]:
    """Hold every test of this module to it."""
    before = town.heads()
    yield
    assert town.heads() == before


def enter(town: Town, provider: Json, key: object) -> Json:
    answer: Json = town.desk.do(CLERK, "adjudication", "/providers", provider, "provider", key)
    return answer


def test_the_same_command_again_is_answered_as_before(town: Town, provider: Json) -> None:
    code = provider["provider"]

    again = enter(town, provider, code)

    assert (again["provider"], again["since"], again["status"]) == (code, provider["since"], "proposed")


def test_another_command_under_the_same_key_is_a_conflict(town: Town, provider: Json) -> None:
    other = provider | {"agreement": "suspended"}

    with pytest.raises(RefusedError) as refused:
        enter(town, other, provider["provider"])

    problem = refused.value.problem
    assert (problem["status"], problem["code"]) == (409, "IDEMPOTENCY_CONFLICT")


def test_the_key_of_one_person_is_no_good_for_another(town: Town, provider: Json) -> None:
    code = provider["provider"]

    with pytest.raises(RefusedError) as refused:
        town.desk.do(("somebody.else", "clerk"), "adjudication", "/providers", provider, "provider", code)

    assert refused.value.problem["code"] == "IDEMPOTENCY_CONFLICT"
