"""One good case (案例样板) that every test may change."""


def a_case(**changes) -> dict:
    """Give the first worked example; ``changes`` replace whole top-level parts."""
    case = {
        "case": "p1",
        "pack": "340706-resident",
        "on": "2017-05-20",
        "person": {"birth": "1960-01-01", "tags": [], "chronic": [], "account_balance": 0},
        "provider": {"level": "level_3", "in_county": True},
        "claim": {
            "kind": "inpatient",
            "admitted": "2017-05-13",
            "discharged": "2017-05-20",
            "disease": None,
            "lines": [a_line(amount=8_000_000), a_line(amount=600_000, **{"class": "C"})],
        },
    }
    return case | changes


def a_line(**changes) -> dict:
    """Give one class A line of 1,000 yuan."""
    return {"amount": 100_000, "class": "A", "self_pay_bp": 0, "over_limit": 0} | changes
