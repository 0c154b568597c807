"""The same town played again from nothing."""

from tests.journey.town import Town, founded


def test_a_second_run_from_the_same_seed_gives_the_same_roots(town: Town) -> None:
    with founded() as second:
        second.play()

        assert second.day_roots == town.day_roots
