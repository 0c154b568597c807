"""What cannot be right never reaches a log: it is answered with a code, the field and a sentence."""

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import orjson
import pytest

from contracts.money import LARGEST_AMOUNT
from contracts.topics import SERVICES, Service
from services.chassis.auth import ROLES
from services.chassis.errors import ProblemDocument
from services.chassis.problems import MEDIA_TYPE
from services.cli.client import Json
from services.cli.demo.county import BOOK
from services.cli.demo.opening import contribution
from services.cli.schemas import counter
from tests.journey.town import DAYS, Town

PLACES = {
    "source": "ledger",
    "shard": "0",
    "seq": "1",
    "book": BOOK,
    "year": "2017",
    "day": DAYS[0].isoformat(),
    "period": "2017-03",
}
"""What stands for the parts of a path; everything else is ``X1``."""

KIBIBYTES_256 = 256 * 1024

NONSENSE = {
    "cut off": (b'{"amount": 1', "MALFORMED_JSON", None),
    "not a number": (b'{"amount": NaN}', "MALFORMED_JSON", None),
    "a float": (b'{"amount": 1.5}', "NOT_AN_INTEGER", "amount"),
    "a float that is whole": (b'{"amount": 1e2}', "NOT_AN_INTEGER", "amount"),
    "a number beyond 64 bits": (b'{"amount": 100000000000000000000}', "TOO_LARGE", "amount"),
    "a field given twice": (b'{"amount": 1, "amount": 2}', "DUPLICATE_KEY", "amount"),
    "a hidden character": (b'{"reason": "a\\u0000b"}', "HIDDEN_CHARACTER", "reason"),
}
"""Bodies that no route takes, with the code and the field that the answer names."""


class Route(NamedTuple):
    """A way to write something."""

    service: Service
    method: str
    path: str
    media: str


def routes() -> list[Route]:
    """All writing routes of the four services, from their own documents."""
    found = []
    for service in SERVICES:
        for path, operations in counter(service).openapi()["paths"].items():
            for method, operation in operations.items():
                if method != "get":
                    content = operation.get("requestBody", {}).get("content", {})
                    media = "application/x-ndjson" if "application/x-ndjson" in content else "application/json"
                    filled = path.format_map(_Filled(PLACES))
                    found.append(Route(service, method.upper(), filled, media))
    return found


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "X1"


ROUTES = routes()
IN_YUAN = [route for route in ROUTES if route.path.startswith("/fsi/")]
"""The national messages: their numbers may have a fraction, and their refusals are national answers."""


@pytest.fixture(scope="module")
def anybody(town: Town) -> Iterator[httpx.Client]:
    """Somebody who may do everything."""
    token = town.agency.issuer.token("any.body", ROLES)
    with httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_is_appended(town: Town) -> Iterator[None]:
    """Hold every test of this module to it."""
    before = town.heads()
    yield
    assert town.heads() == before


def send(client: httpx.Client, town: Town, route: Route, body: bytes) -> ProblemDocument:
    """Send a body that must be refused; gives the refusal."""
    headers = {"content-type": route.media, "idempotency-key": f"bad-input-{uuid4()}"}
    url = town.agency.url(route.service) + route.path
    answer = client.request(route.method, url, content=body, headers=headers)
    assert 400 <= answer.status_code < 500, f"{route}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == MEDIA_TYPE, route
    return ProblemDocument.model_validate_json(answer.content)


@pytest.mark.parametrize("what", NONSENSE)
def test_no_writing_route_takes_nonsense(anybody: httpx.Client, town: Town, what: str) -> None:
    body, code, field = NONSENSE[what]
    asked = [route for route in ROUTES if code != "NOT_AN_INTEGER" or route not in IN_YUAN]
    answers = {route: send(anybody, town, route, body) for route in asked}

    assert {route: (answer.code, answer.field, bool(answer.message)) for route, answer in answers.items()} == {
        route: (code, _at(route, field), True) for route in asked
    }


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"amount": 1.5}', b'{"infno": "2207", "input": {"data": 1.5}}'])
def test_no_national_message_is_taken_that_lacks_what_a_settlement_needs(
    anybody: httpx.Client, town: Town, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    answers = [anybody.post(town.agency.url(it.service) + it.path, content=body, headers=headers) for it in IN_YUAN]

    assert [(answer.status_code, answer.json()["infcode"]) for answer in answers] == [(200, -1)] * len(IN_YUAN)


def _at(route: Route, field: str | None) -> str | None:
    """Name the field of the first line where a body has many."""
    if route.media == "application/json":
        return field
    return f"lines.1.{field}" if field else "lines.1"


def test_no_writing_route_takes_more_than_256_kibibytes(anybody: httpx.Client, town: Town) -> None:
    single = [route for route in ROUTES if route.media == "application/json"]
    body = b'{"reason": "' + b"x" * KIBIBYTES_256 + b'"}'
    answers = {route: send(anybody, town, route, body) for route in single}

    assert {route: (answer.status, answer.code, answer.field) for route, answer in answers.items()} == dict.fromkeys(
        single, (413, "BODY_TOO_LARGE", "body")
    )


class Wrong(NamedTuple):
    """One thing that is wrong with a form that is good otherwise: the field as the answer names it, and its value."""

    form: str
    field: str
    value: object
    code: str


HUGE = LARGEST_AMOUNT + 1
TABLE = [
    Wrong("claim", "lines.0.amount", -1, "NEGATIVE"),
    Wrong("claim", "lines.0.amount", HUGE, "TOO_LARGE"),
    Wrong("claim", "lines.0.amount", "100", "NOT_AN_INTEGER"),
    Wrong("claim", "lines.0.class", "Z", "UNKNOWN_CODE"),
    Wrong("claim", "lines.0.self_pay_bp", 10_001, "TOO_LARGE"),
    Wrong("claim", "lines.0.day", "2017-02-30", "BAD_DATE"),
    Wrong("claim", "lines", [], "TOO_FEW"),
    Wrong("claim", "kind", "holiday", "UNKNOWN_CODE"),
    Wrong("claim", "book", "999999-999", "UNKNOWN_CODE"),
    Wrong("claim", "person", "../etc", "BAD_FORMAT"),
    Wrong("claim", "colour", "red", "UNKNOWN_FIELD"),
    Wrong("contribution", "amount", -1, "NEGATIVE"),
    Wrong("contribution", "amount", HUGE, "TOO_LARGE"),
    Wrong("contribution", "payer", "nobody", "UNKNOWN_CODE"),
    Wrong("contribution", "channel", "pigeon", "UNKNOWN_CODE"),
    Wrong("person", "psn_type", "adult", "BAD_FORMAT"),
    Wrong("person", "certno", "340706199001010000", "BAD_CERTIFICATE"),
    Wrong("person", "birth", "1990-13-01", "BAD_DATE"),
    Wrong("tag", "tag", "rich", "UNKNOWN_CODE"),
    Wrong("provider", "level", "level_9", "UNKNOWN_CODE"),
    Wrong("provider", "area", "34", "BAD_FORMAT"),
    Wrong("clawback", "amount", -1, "NEGATIVE"),
    Wrong("clawback", "amount", HUGE, "TOO_LARGE"),
    Wrong("clawback", "claim", "NO-SUCH-CLAIM", "UNKNOWN_CLAIM"),
    Wrong("batch", "book", "no book", "BAD_FORMAT"),
    Wrong("voucher", "amount", -1, "NEGATIVE"),
    Wrong("voucher", "amount", HUGE, "TOO_LARGE"),
    Wrong("voucher", "template", "T99", "UNKNOWN_TEMPLATE"),
    Wrong("voucher", "book", "340706-999", "UNKNOWN_BOOK"),
    Wrong("bank account", "book", "340706-999", "UNKNOWN_BOOK"),
    Wrong("bank account", "account", "9999", "UNKNOWN_ACCOUNT"),
    Wrong("bank account", "bank_account", "NEW-IN", "OTHER_CODE"),
]

PATHS: Mapping[str, tuple[Service, str]] = {
    "claim": ("adjudication", "/claims"),
    "contribution": ("enrollment", "/contributions"),
    "person": ("enrollment", "/persons"),
    "tag": ("enrollment", "/tags"),
    "provider": ("adjudication", "/providers"),
    "clawback": ("adjudication", "/clawbacks"),
    "batch": ("payment", "/batches"),
    "voucher": ("ledger", "/vouchers"),
    "bank account": ("ledger", "/bank-accounts"),
}


@pytest.mark.parametrize("wrong", TABLE, ids=lambda wrong: f"{wrong.form} {wrong.field} {str(wrong.value)[:20]}")
def test_a_form_with_one_wrong_field_is_refused_by_its_name(anybody: httpx.Client, town: Town, wrong: Wrong) -> None:
    form = good_forms(town)[wrong.form]
    put(form, wrong.field, wrong.value)
    service, path = PATHS[wrong.form]

    answer = send(anybody, town, Route(service, "POST", path, "application/json"), orjson.dumps(form))

    assert (answer.code, answer.field, bool(answer.message)) == (wrong.code, wrong.field, True)


def test_a_claim_of_501_lines_is_refused(anybody: httpx.Client, town: Town) -> None:
    form = good_forms(town)["claim"]
    form["lines"] *= 501 // len(form["lines"]) + 1
    form["lines"] = form["lines"][:501]

    answer = send(anybody, town, Route("adjudication", "POST", "/claims", "application/json"), orjson.dumps(form))

    assert (answer.code, answer.field) == ("TOO_MANY", "lines")


def test_one_bad_line_among_many_keeps_all_of_them_out(anybody: httpx.Client, town: Town) -> None:
    good, bad = good_forms(town)["claim"], good_forms(town)["claim"]
    put(bad, "lines.0.amount", -1)
    body = b"\n".join(map(orjson.dumps, [good, bad]))

    answer = send(anybody, town, Route("adjudication", "POST", "/claims/bulk", "application/x-ndjson"), body)

    assert answer.field == "lines.2.lines.0.amount"


def good_forms(town: Town) -> dict[str, Any]:
    """Fill in one form of each kind that would be taken."""
    desk, scenario = town.desk, town.desk.scenario
    claim = dict(scenario.claims[DAYS[0]][1]) | {"claim": None, "invoice": "INV-GOOD"}
    person = str(claim["person"])
    forms: dict[str, Json] = {
        "claim": claim,
        "contribution": contribution(desk, person, DAYS[0], "personal", "GOOD"),
        "person": dict(scenario.persons[0]) | {"begins": "2018-01-01", "ends": "2018-12-31"},
        "tag": {"person": person, "book": BOOK, "tag": "poor", "begins": "2017-01-01", "ends": None},
        "provider": dict(scenario.providers[0]),
        "clawback": {
            "claim": scenario.claims[DAYS[0]][1]["claim"],
            "amount": 1,
            "ground": "ON_SITE",
            "reason": "查实",
        },
        "batch": {"book": BOOK, "account": desk.account("OUT")},
        "voucher": {"book": BOOK, "template": "T03", "amount": 1, "choices": {}, "about": {"bank_key": "GOOD"}},
        "bank account": {
            "bank_account": "441700-390-IN",
            "book": "441700-390",
            "account": "1002",
            "number": "441700-390-IN",
            "since": DAYS[0].isoformat(),
        },
    }
    copied: dict[str, Any] = orjson.loads(orjson.dumps(forms))
    return copied


def put(form: Any, field: str, value: object) -> None:
    """Set a field by its dotted path."""
    *way, last = [int(step) if step.isdecimal() else step for step in field.split(".")]
    reduce(lambda part, step: part[step], way, form)[last] = value
