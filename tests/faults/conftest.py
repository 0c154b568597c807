"""The town to which something is done."""

from tests.journey.town import town

__all__ = ["town"]
