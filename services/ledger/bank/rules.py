"""The matching rules (对账规则) as data: matching.yaml beside this file."""

from functools import cache
from importlib.resources import files

import yaml

from services.ledger.decide.matching import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Read the rules, in the order in which they are applied."""
    data = yaml.safe_load(files(__package__).joinpath("matching.yaml").read_text("utf-8"))
    return tuple(Rule(**rule) for rule in data["rules"])
