"""A day at the claims counter: hand in, wait for the decisions, review what was set aside, take one back."""

from datetime import date

from contracts.money import yuan
from services.cli.client import Json, wait_for
from services.cli.demo.desk import SETTLE_SECONDS, Desk
from services.cli.demo.people import CLERK, REVIEWERS

PIECE = 500
"""Claims of one bulk request."""


def hand_in(desk: Desk, day: date) -> int:
    """Hand in the day's claims and wait until every one is decided; gives how many."""
    claims = desk.scenario.claims[day]
    for start in range(0, len(claims), PIECE):
        desk.load("adjudication", "/claims/bulk", claims[start : start + PIECE], "claims", day, start)
    desk.tally.submitted += len(claims)
    _all_decided(desk)
    return len(claims)


def _all_decided(desk: Desk) -> None:
    def none_left() -> bool | None:
        waiting = desk.look(CLERK, "adjudication", "/claims", status="submitted", limit=1)["claims"]
        return None if waiting else True

    wait_for("the decision of every claim", none_left, SETTLE_SECONDS)


def review(desk: Desk) -> int:
    """Review every pended claim, stage by stage, each stage another person; gives how many there were.

    Where one approval changes what another claim of the person comes to, that one is looked at once more.
    """
    seen = set[str]()

    def none_left() -> bool | None:
        pended = desk.look(CLERK, "adjudication", "/claims", status="pended", limit=1_000)["claims"]
        for number in sorted(claim["claim"] for claim in pended):
            _review(desk, number)
            seen.add(number)
        return None if pended else True

    wait_for("the decision after review", none_left, SETTLE_SECONDS)
    desk.tally.pended += len(seen)
    return len(seen)


def _review(desk: Desk, number: str) -> None:
    while stage := (claim := desk.look(CLERK, "adjudication", f"/claims/{number}"))["stage"]:
        decision = claim["decisions"][-1]
        order = {
            "stage": stage,
            "decision": "approve",
            "decision_id": decision["decision_id"],
            "decision_hash": decision["decision_hash"],
            "reason": "材料齐全, 电话核实无误",
        }
        step = "review", number, stage, decision["decision_id"]
        desk.do(REVIEWERS[stage], "adjudication", f"/reviews/{number}", order, *step)


def take_back(desk: Desk, number: str) -> int:
    """Claw back the first fee line of a paid claim: one person proposes, another approves; gives the fen."""
    proposal = {
        "claim": number,
        "lines": [0],
        "finding": "DOUBLE_CHARGING",
        "reason": "同一项目同日重复收费, 医院已承认",
    }
    proposed = desk.do(REVIEWERS["initial"], "adjudication", "/clawbacks", proposal, "clawback", number)
    path = f"/clawbacks/{proposed['clawback']}/approve"
    desk.do(REVIEWERS["approval"], "adjudication", path, {}, "clawback", number, "approve")
    desk.tally.clawbacks += 1
    shown: Json = desk.look(CLERK, "adjudication", f"/claims/{number}")
    return int(shown["clawbacks"][-1]["amount"])


def in_words(claim: Json) -> str:
    """Say what became of a claim in one line."""
    amounts = claim["amounts"]
    return f"{claim['claim']}: {claim['status']}, billed {yuan(amounts['total'])}, fund {yuan(amounts['fund'])}"
