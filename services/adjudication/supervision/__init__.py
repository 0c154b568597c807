"""监管规则, 追回事由: the rules of supervision and the grounds of clawbacks as shipped.

What a finding or a clawback cites is the copy that was published in the log.
"""

from functools import cache
from importlib.resources import files

import yaml

from contracts.canonical import canonical, refuse_floats


@cache
def shipped_supervision() -> bytes:
    """Give the shipped rules as canonical JSON, the form in which they are published."""
    return _shipped("rules.yaml")


@cache
def shipped_grounds() -> bytes:
    """Give the shipped grounds of clawbacks as canonical JSON, the form in which they are published."""
    return _shipped("grounds.yaml")


def _shipped(file: str) -> bytes:
    document = yaml.safe_load((files(__name__) / file).read_text(encoding="utf-8"))
    refuse_floats(document)
    return canonical(document)
