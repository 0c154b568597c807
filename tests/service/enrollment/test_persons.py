"""A person is enrolled once, under one number, and only clerks see the name."""

import pytest

from tests.service.enrollment.given import Desk, codes, enrolment


async def test_an_enrolment_is_answered_with_the_number_and_stands_in_the_log(desk: Desk) -> None:
    answer = await desk.post("/persons", enrolment())
    assert (answer.status_code, answer.json()) == (201, {"person": "34070600000001"})
    assert await desk.kinds() == ["Enrolled"]


async def test_a_person_without_a_number_gets_one_of_24_digits(desk: Desk) -> None:
    answer = await desk.post("/persons", enrolment(person=None))
    number = answer.json()["person"]
    assert len(number) == 24
    assert number.startswith("340706")
    assert number.isdigit()


async def test_a_known_certificate_finds_its_number_for_another_year(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    later = enrolment(person=None, begins="2018-01-01", ends="2018-12-31")
    assert (await desk.post("/persons", later)).json() == {"person": "34070600000001"}


async def test_a_second_enrolment_over_the_same_days_is_a_conflict_that_names_the_number(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    answer = await desk.post("/persons", enrolment(person=None, begins="2017-06-01"))
    assert answer.status_code == 409
    assert codes(answer) == [("ALREADY_ENROLLED", "begins")]
    assert "34070600000001" in answer.json()["message"]


async def test_a_certificate_under_another_number_is_a_conflict_that_names_the_earlier_one(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    answer = await desk.post("/persons", enrolment(person="34070600999999"))
    assert answer.status_code == 409
    assert codes(answer) == [("CERTIFICATE_TAKEN", "certno")]
    assert "34070600000001" in answer.json()["message"]


async def test_a_number_that_belongs_to_another_certificate_is_a_conflict(desk: Desk) -> None:
    await desk.post("/persons", enrolment(1))
    answer = await desk.post("/persons", enrolment(2, person="34070600000001"))
    assert codes(answer) == [("PERSON_NUMBER_TAKEN", "person")]


async def test_the_same_person_may_be_in_two_books(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    answer = await desk.post("/persons", enrolment(book="340706-610"))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"certno": "340706198005170010"}, ("BAD_CERTIFICATE", "certno")),
        ({"certno": "340706198013170018"}, ("BAD_CERTIFICATE", "certno")),
        ({"birth": "1980-05-18", "certno": enrolment()["certno"]}, ("BIRTH_DISAGREES", "birth")),
        ({"book": "340706-390-memo"}, ("BAD_FORMAT", "book")),
        ({"ends": "2016-12-31"}, ("BAD_PERIOD", "ends")),
        ({"sex": "unknown"}, ("UNKNOWN_CODE", "sex")),
        ({"begins": "2017-02-30"}, ("BAD_DATE", "begins")),
        ({"nickname": "小张"}, ("UNKNOWN_FIELD", "nickname")),
    ],
)
async def test_bad_input_names_code_and_field_and_leaves_the_log_empty(
    desk: Desk, change: dict[str, object], fault: tuple[str, str | None]
) -> None:
    answer = await desk.post("/persons", enrolment() | change)
    assert answer.status_code == 422
    assert codes(answer) == [fault]
    assert await desk.kinds() == []


async def test_a_bulk_with_bad_lines_writes_none_and_names_every_one(desk: Desk) -> None:
    lines = [enrolment(1), enrolment(2, sex="unknown"), enrolment(3), enrolment(4, begins="2017-1-1")]
    answer = await desk.post("/persons/bulk", lines)
    assert answer.status_code == 422
    assert codes(answer) == [("UNKNOWN_CODE", "lines.2.sex"), ("BAD_DATE", "lines.4.begins")]
    assert await desk.kinds() == []


async def test_a_bulk_that_breaks_rules_names_each_line(desk: Desk) -> None:
    lines = [enrolment(1), enrolment(1), enrolment(2), enrolment(2, begins="2017-12-31", ends=None)]
    answer = await desk.post("/persons/bulk", lines)
    assert answer.status_code == 409
    assert codes(answer) == [("ALREADY_ENROLLED", "lines.2.begins"), ("ALREADY_ENROLLED", "lines.4.begins")]
    assert await desk.kinds() == []


async def test_a_good_bulk_enrols_everybody_at_once(desk: Desk) -> None:
    answer = await desk.post("/persons/bulk", [enrolment(n) for n in range(1, 301)])
    assert answer.status_code == 201
    assert len(answer.json()["persons"]) == 300
    assert await desk.kinds() == ["Enrolled"] * 300


async def test_more_than_5000_lines_are_too_many(desk: Desk) -> None:
    answer = await desk.post("/persons/bulk", [{}] * 5_001)
    assert (answer.status_code, codes(answer)) == (413, [("TOO_MANY_LINES", "lines")])


async def test_the_same_key_gives_the_same_answer_and_one_event(desk: Desk) -> None:
    first = await desk.post("/persons", enrolment(person=None), key="enrol-zhang-1")
    again = await desk.post("/persons", enrolment(person=None), key="enrol-zhang-1")
    assert first.json() == again.json()
    assert await desk.kinds() == ["Enrolled"]


async def test_the_same_key_for_another_person_is_a_conflict(desk: Desk) -> None:
    await desk.post("/persons", enrolment(1), key="enrol-zhang-1")
    answer = await desk.post("/persons", enrolment(2), key="enrol-zhang-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_a_clerk_sees_the_name_and_the_records(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    shown = (await desk.get("/persons/34070600000001")).json()
    assert shown["name"] == "张建国"
    assert [period["book"] for period in shown["enrolments"]] == ["340706-390"]


async def test_an_auditor_sees_neither_name_nor_certificate(desk: Desk) -> None:
    await desk.post("/persons", enrolment())
    shown = (await desk.get("/persons/34070600000001", role="auditor")).json()
    assert shown["name"] == "张**"
    assert shown["certificate"] == "3407**********" + enrolment()["certno"][-4:]


async def test_a_checker_may_not_look_at_people(desk: Desk) -> None:
    assert (await desk.get("/persons/34070600000001", role="checker")).status_code == 403


async def test_an_unknown_person_is_not_found(desk: Desk) -> None:
    answer = await desk.get("/persons/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "UNKNOWN_PERSON")


async def test_no_event_holds_a_name_or_a_certificate(desk: Desk) -> None:
    await desk.post("/persons", enrolment(phone="13800138000"))
    async with desk.log.pool.acquire() as connection:
        body: str = await connection.fetchval("select body from log.event")
    assert all(secret not in body for secret in ("张建国", str(enrolment()["certno"]), "13800138000"))
