"""A finding has a life (监管疑点): taken into review, clawed back or closed by somebody else, and not raised again."""

from typing import Any

import orjson
import pytest

from contracts.clawbacks import Clawback, ClawbackProposed
from contracts.supervision import FindingTaken
from services.adjudication.jobs import as_published
from services.adjudication.model import PACKS_STREAM, SUPERVISION
from services.adjudication.supervision import shipped_grounds, shipped_supervision
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_late_facts import POOR
from tests.service.adjudication.test_late_facts import said as told
from tests.service.adjudication.test_supervision import CHARGED_TWICE, run
from tests.unit.adjudication_service.given import BOOK, PERSON, claim, line, visit

REASON = {"reason": "上午与下午各一次, 见医嘱单"}
Said = tuple[int, Any]


@pytest.fixture
async def found(counter: Counter) -> str:
    """The number of a finding: C1 was charged the same item twice on a day."""
    await counter.submit(CHARGED_TWICE)
    return await raised(counter)


async def raised(counter: Counter, rule: str = "DOUBLE_CHARGING") -> str:
    """Go through March; give the number of the last finding of a rule that is open."""
    await run(counter)
    *_, last = await listed(counter, f"rule={rule}&status=open")
    return str(last["finding"])


async def listed(counter: Counter, query: str) -> list[dict[str, Any]]:
    answer = await counter.get(f"/supervision/findings?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["findings"])


async def status(counter: Counter, number: str) -> Any:
    [row] = [row for row in await listed(counter, "") if row["finding"] == number]
    return row["status"]


async def word(counter: Counter, path: str, body: Any, actor: str, role: str) -> Said:
    """Send an order; give the status and the code, or how the thing stands."""
    answer = await counter.post(path, body, actor, role)
    said = answer.json()
    return answer.status_code, said.get("code", said.get("status", said.get("clawback")))


async def take(counter: Counter, number: str, actor: str = "wang.wu", role: str = "reviewer_1") -> Said:
    return await word(counter, f"/supervision/findings/{number}/take", None, actor, role)


async def close(counter: Counter, number: str, actor: str = "zhao.liu", role: str = "approver") -> Said:
    return await word(counter, f"/supervision/findings/{number}/close", REASON, actor, role)


async def propose(counter: Counter, number: str = "C1", **because: str) -> Said:
    body = {"claim": number, "amount": 100, "reason": "重复收费", **because}
    return await word(counter, "/clawbacks", body, "wang.wu", "reviewer_1")


async def proposed(counter: Counter, finding: str) -> str:
    """Take a finding into review and propose a clawback because of it; give its number."""
    assert await take(counter, finding) == (201, "in_review")
    _, number = await propose(counter, finding=finding)
    return str(number)


async def approve(counter: Counter, clawback: str) -> None:
    answer = await counter.post(f"/clawbacks/{clawback}/approve", None, "zhao.liu", "approver")
    assert answer.status_code == 201, answer.text


async def approve_in_review(counter: Counter) -> None:
    """Have the four stages of a hospital's settlement let C1 pass."""
    for stage, actor, role in (
        ("initial", "li.si", "reviewer_1"),
        ("second", "wang.wu", "reviewer_2"),
        ("recheck", "zhao.liu", "reviewer_3"),
        ("approval", "sun.qi", "approver"),
    ):
        latest = (await counter.claim("C1"))["decisions"][-1]
        named = {name: latest[name] for name in ("decision_id", "decision_hash")}
        order = {"stage": stage, "decision": "approve", "reason": "seen", **named}
        assert (await counter.post("/reviews/C1", order, actor, role)).status_code == 201
    await counter.place.decide()


async def publish_rules(counter: Counter, rule: str = "DOUBLE_CHARGING", **changes: Any) -> None:
    """Publish another version of the rules of supervision, in which a rule says something else."""
    content = orjson.loads(shipped_supervision())
    content["rules"][rule] |= changes
    body = as_published(SUPERVISION, orjson.dumps(content, option=orjson.OPT_SORT_KEYS))
    await counter.place.say(body, stream=lambda _: PACKS_STREAM)


async def test_a_finding_is_taken_into_review_and_closed_by_somebody_else(counter: Counter, found: str) -> None:
    assert await take(counter, found) == (201, "in_review")
    assert await close(counter, found) == (201, "closed")
    [row] = await listed(counter, "status=closed")
    assert (row["finding"], row["taken_by"], row["closed_by"], row["closing"]) == (
        found,
        "wang.wu",
        "zhao.liu",
        REASON["reason"],
    )


async def test_who_took_a_finding_does_not_close_it(counter: Counter, found: str) -> None:
    await take(counter, found)
    assert await close(counter, found, "wang.wu") == (403, "SAME_PERSON")


async def test_the_database_refuses_a_finding_closed_by_who_took_it(counter: Counter, found: str) -> None:
    await take(counter, found)
    with pytest.raises(Exception, match="closed_by_another"):
        await counter.place.fetch(
            "update state.finding set closed_by = taken_by, closing = 'no' where finding = $1", found
        )


@pytest.mark.parametrize("actor", ["zhang.san", PERSON])
async def test_who_handed_the_claim_in_or_is_its_person_has_no_part(counter: Counter, found: str, actor: str) -> None:
    assert await take(counter, found, actor) == (403, "OWN_CASE")
    await take(counter, found)
    assert await close(counter, found, actor) == (403, "OWN_CASE")


async def test_who_decided_the_claim_neither_takes_nor_closes(counter: Counter) -> None:
    await counter.submit(claim("C1", line(5_000_000), line(1_000_000)))
    await approve_in_review(counter)
    number = await raised(counter)
    assert await take(counter, number, "li.si") == (403, "SAME_PERSON")
    await take(counter, number, "qian.ba")
    assert await close(counter, number, "sun.qi") == (403, "SAME_PERSON")
    assert await close(counter, number, "wu.jiu") == (201, "closed")


async def test_who_objected_to_a_clawback_does_not_close_the_finding(counter: Counter, found: str) -> None:
    clawback = await proposed(counter, found)
    await counter.post(f"/clawbacks/{clawback}/appeal", REASON, "his", "provider")
    await counter.post(f"/clawbacks/{clawback}/reject", REASON, "zhao.liu", "approver")
    assert await close(counter, found, "his") == (403, "SAME_PERSON")


@pytest.mark.parametrize(("path", "role"), [("take", "approver"), ("close", "reviewer_1")])
async def test_a_reviewer_takes_and_an_approver_closes(counter: Counter, found: str, path: str, role: str) -> None:
    body = REASON if path == "close" else None
    assert await word(counter, f"/supervision/findings/{found}/{path}", body, "wu.jiu", role) == (403, "WRONG_ROLE")


async def test_a_finding_is_taken_once_and_closed_only_in_review(counter: Counter, found: str) -> None:
    assert await close(counter, found) == (409, "FINDING_NOT_IN_REVIEW")
    await take(counter, found)
    assert await take(counter, found, "qian.ba") == (409, "ALREADY_TAKEN")
    await close(counter, found)
    assert await take(counter, found) == (409, "FINDING_CLOSED")
    assert await close(counter, found, "wu.jiu") == (409, "FINDING_CLOSED")


async def test_a_finding_that_nobody_raised_is_not_found(counter: Counter) -> None:
    assert await take(counter, "F404") == (404, "UNKNOWN_FINDING")
    assert await close(counter, "F404") == (404, "UNKNOWN_FINDING")


async def test_a_clawback_names_a_finding_of_its_own_claim_that_is_in_review(counter: Counter, found: str) -> None:
    await counter.submit(visit("V2", 10_000))
    assert await propose(counter, finding="F404") == (404, "UNKNOWN_FINDING")
    assert await propose(counter, finding=found) == (409, "FINDING_NOT_TAKEN")
    await take(counter, found)
    assert await propose(counter, "V2", finding=found) == (409, "OTHER_CLAIM")
    await close(counter, found)
    assert await propose(counter, finding=found) == (409, "FINDING_CLOSED")


async def test_what_a_clawback_cites_stands_in_the_proposal_and_in_the_clawback(counter: Counter, found: str) -> None:
    await approve(counter, await proposed(counter, found))
    [asked], [taken] = await told(counter.place, ClawbackProposed), await told(counter.place, Clawback)
    assert (asked.ground, asked.finding) == (taken.ground, taken.finding) == ("SUPERVISION", found)


@pytest.mark.parametrize("ground", [*orjson.loads(shipped_grounds())["grounds"], "BECAUSE"])
async def test_people_give_a_ground_of_the_table_that_is_theirs(counter: Counter, ground: str) -> None:
    await counter.submit(claim())
    known = orjson.loads(shipped_grounds())["grounds"].get(ground, {"by": "nobody"})["by"] == "people"
    code, said = await propose(counter, ground=ground)
    assert (code, said == "UNKNOWN_GROUND") == ((201, False) if known else (422, True))


@pytest.mark.parametrize("because", [{}, {"finding": "F1", "ground": "COMPLAINT"}])
async def test_a_clawback_has_one_reason(counter: Counter, because: dict[str, str]) -> None:
    await counter.submit(claim())
    assert (await propose(counter, **because))[0] == 422


async def test_the_finding_follows_its_clawback(counter: Counter, found: str) -> None:
    first = await proposed(counter, found)
    seen = [await status(counter, found), await close(counter, found)]
    await counter.post(f"/clawbacks/{first}/reject", REASON, "zhao.liu", "approver")
    seen.append(await status(counter, found))
    _, second = await propose(counter, finding=found)
    await approve(counter, str(second))
    seen += [await status(counter, found), await close(counter, found)]
    await counter.post(f"/clawbacks/{second}/appeal", REASON, "his", "provider")
    await counter.post(f"/clawbacks/{second}/appeal/grant", REASON, "qian.ba", "approver")
    seen += [await status(counter, found), await close(counter, found)]
    busy = (409, "FINDING_NOT_IN_REVIEW")
    assert seen == ["proposed", busy, "in_review", "upheld", busy, "in_review", (201, "closed")]
    assert await differences(counter.place) == []


async def test_a_finding_stays_upheld_when_the_claim_is_decided_again(counter: Counter, found: str) -> None:
    await approve(counter, await proposed(counter, found))
    await counter.place.hear(POOR)
    assert await status(counter, found) == "upheld"
    assert await differences(counter.place) == []


async def test_what_was_closed_is_not_raised_again_by_the_same_rules_and_evidence(counter: Counter, found: str) -> None:
    await take(counter, found)
    await close(counter, found)
    again = await run(counter)
    assert (again["raised"], again["known"]) == (0, 2)


async def test_what_was_closed_is_raised_again_when_its_own_rule_is_another(counter: Counter, found: str) -> None:
    await take(counter, found)
    await close(counter, found)
    await publish_rules(counter, sentence="同日同一项目收费两次。")
    again = await run(counter)
    assert again["by_rule"] == {"DOUBLE_CHARGING": 1}
    assert [row["status"] for row in await listed(counter, "rule=DOUBLE_CHARGING")].count("open") == 1
    assert await differences(counter.place) == []


async def test_what_was_closed_is_not_raised_again_because_another_rule_changed(counter: Counter, found: str) -> None:
    await take(counter, found)
    await close(counter, found)
    await publish_rules(counter, "SPLIT_STAY", figures={"days": 16})
    again = await run(counter)
    assert (again["raised"], again["known"]) == (0, 2)


async def test_what_was_closed_is_raised_again_when_the_evidence_is_another(counter: Counter) -> None:
    await counter.submit(visit("V1", 10_000), visit("V2", 20_000))
    number = await raised(counter)
    await take(counter, number)
    await close(counter, number)
    [row] = await listed(counter, "status=closed")
    await counter.post("/claims/V2/cancel", REASON)
    await counter.submit(visit("V3", 30_000))
    assert (await run(counter))["by_rule"] == {"DOUBLE_CHARGING": 1}
    assert [one["claim"] for one in await listed(counter, "status=open")] == ["V3"]
    assert (row["claim"], await differences(counter.place)) == ("V2", [])


async def test_what_is_open_is_not_raised_beside_itself_by_another_version(counter: Counter, found: str) -> None:
    await publish_rules(counter, sentence="同日同一项目收费两次。")
    assert (await run(counter))["by_rule"] == {}


async def test_what_was_upheld_is_not_raised_again_on_the_same_evidence(counter: Counter, found: str) -> None:
    await approve(counter, await proposed(counter, found))
    await publish_rules(counter, sentence="同日同一项目收费两次。")
    assert (await run(counter))["by_rule"] == {}


async def test_an_auditor_finds_who_took_a_finding_of_a_claim_that_was_their_own(counter: Counter, found: str) -> None:
    said = FindingTaken(finding=found, book=BOOK)
    await counter.place.say(said, stream=lambda _: PERSON, actor="zhang.san")
    assert len(await differences(counter.place)) == 1


async def test_proposals_from_before_there_were_grounds_are_read(counter: Counter) -> None:
    await counter.submit(claim())
    decided = (await counter.claim("C1"))["decisions"][-1]
    old = {
        "clawback": "K1",
        "claim": "C1",
        "book": BOOK,
        "decision_id": decided["decision_id"],
        "decision_hash": decided["decision_hash"],
        "lines": [],
        "amount": 100,
        "finding": "unbundled",
        "reason": "charged twice",
    }
    body = ClawbackProposed.model_validate_json(orjson.dumps(old))
    await counter.place.say(body, stream=lambda _: PERSON, actor="wang.wu")
    await approve(counter, "K1")
    shown = (await counter.get("/clawbacks/K1")).json()
    assert (shown["finding"], shown["ground"], shown["status"]) == ("unbundled", None, "approved")
    assert await differences(counter.place) == []
