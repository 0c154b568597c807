"""The town whose journey is looked at."""

from tests.journey.town import town

__all__ = ["town"]
