"""A day at the claims counter: hand in, wait for the decisions, review what was set aside, supervise, take one back."""

from datetime import date

from contracts.money import yuan
from services.cli.client import Json, wait_for
from services.cli.demo.desk import SETTLE_SECONDS, Desk
from services.cli.demo.people import AUDITOR, CLERK, REVIEWERS

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


def supervise(desk: Desk, day: date) -> dict[str, str]:
    """Go through the month's decisions as an auditor; gives a finding for each claim that no reviewer has seen."""
    desk.do(AUDITOR, "adjudication", "/supervision/runs", {"month": f"{day:%Y-%m}"}, "supervision", day)
    raised = desk.look(AUDITOR, "adjudication", "/supervision/findings", limit=5_000)["findings"]
    return {one["claim"]: one["finding"] for one in raised if one["claim"] and not one["evidence"]["reviewed"]}


def take_back(desk: Desk, number: str, finding: str | None) -> int:
    """Claw back the first fee line of a paid claim: one person proposes, another approves; gives the fen.

    Because of a finding, which is looked into first, or of what was seen on site.
    """
    if finding is not None:
        desk.do(REVIEWERS["initial"], "adjudication", f"/supervision/findings/{finding}/take", None, "take", finding)
    because = {"ground": "ON_SITE"} if finding is None else {"finding": finding}
    proposal = {"claim": number, "lines": [0], **because, "reason": "核查病历与费用清单, 收费没有依据, 医院已承认"}
    proposed = desk.do(REVIEWERS["initial"], "adjudication", "/clawbacks", proposal, "clawback", number)
    path = f"/clawbacks/{proposed['clawback']}/approve"
    desk.do(REVIEWERS["approval"], "adjudication", path, {}, "clawback", number, "approve")
    desk.tally.clawbacks += 1
    shown: Json = desk.look(CLERK, "adjudication", f"/claims/{number}")
    return int(shown["clawbacks"][-1]["amount"])


def let_go(desk: Desk, finding: str) -> None:
    """Look into a finding that has no ground, and close it: two persons."""
    path, reason = f"/supervision/findings/{finding}", {"reason": "病历与医嘱齐全, 收费有据"}
    desk.do(REVIEWERS["second"], "adjudication", f"{path}/take", None, "take", finding)
    desk.do(REVIEWERS["approval"], "adjudication", f"{path}/close", reason, "close", finding)


def in_words(claim: Json) -> str:
    """Say what became of a claim in one line."""
    amounts = claim["amounts"]
    return f"{claim['claim']}: {claim['status']}, billed {yuan(amounts['total'])}, fund {yuan(amounts['fund'])}"
