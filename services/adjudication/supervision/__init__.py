"""监管规则: the rules of supervision as shipped; what a finding cites is the copy that was published in the log."""

from functools import cache
from importlib.resources import files

import yaml

from contracts.canonical import canonical, refuse_floats


@cache
def shipped_supervision() -> bytes:
    """Give the shipped rules as canonical JSON, the form in which they are published."""
    document = yaml.safe_load((files(__name__) / "rules.yaml").read_text(encoding="utf-8"))
    refuse_floats(document)
    return canonical(document)
