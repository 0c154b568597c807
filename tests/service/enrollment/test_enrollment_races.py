"""Whatever clerks do at the same moment, a person has one number and a contribution is counted once."""

import asyncio
from collections import Counter

from tests.service.enrollment.given import Desk, contribution, enrolment


async def test_clerks_who_enrol_one_person_at_once_make_one_number(desk: Desk) -> None:
    requests = (desk.post("/persons", enrolment(person=None), actor=f"clerk.{n}") for n in range(5))
    answers = await asyncio.gather(*requests)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}
    assert await desk.kinds() == ["Enrolled"]


async def test_bulks_that_cross_each_other_do_not_deadlock(desk: Desk) -> None:
    one = [enrolment(n) for n in range(1, 101)]
    other = [enrolment(n) for n in range(200, 100, -1)]
    answers = await asyncio.gather(*(desk.post("/persons/bulk", lines) for lines in (one, other, one[::-1])))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    assert len(await desk.kinds()) == 200


async def test_a_contribution_sent_by_many_at_once_is_counted_once(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    answers = await asyncio.gather(*(desk.post("/contributions", contribution()) for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}


async def test_one_key_sent_by_impatient_fingers_is_done_once(desk: Desk) -> None:
    body = enrolment(person=None)
    answers = await asyncio.gather(*(desk.post("/persons", body, key="impatient") for _ in range(5)))
    assert len({answer.json()["person"] for answer in answers}) == 1
    assert await desk.kinds() == ["Enrolled"]
