"""The service decides every case of tests/cases as the offline command does: one policy, two ways in."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.claims import ClaimLine, ClaimSubmitted, PackPublished, ProviderChanged
from contracts.enrollment import ContributionReceived, DiseaseCertified, Enrolled, TagChanged
from services.adjudication.decide.pack import Pack
from services.adjudication.model import PACKS_STREAM
from services.adjudication.offline.cases import Example, read_examples, run
from services.adjudication.offline.variant import with_readings
from services.adjudication.packs import shipped
from tests.service.adjudication.conftest import Place

CASES = Path(__file__).parents[2] / "cases"
BOOKS = {"340706-resident": "340706-390", "511300-resident": "511300-390", "510800-employee": "510800-310"}
LONG_AGO = date(2000, 1, 1)


@pytest.mark.parametrize("pack", BOOKS)
async def test_every_case_is_decided_the_same_by_the_service(place: Place, pack: str) -> None:
    examples = [example for example in read_examples(CASES / pack) if _comes_to_the_counter(example)]
    await place.say(*_providers(BOOKS[pack]), stream=lambda body: body.provider)  # type: ignore[attr-defined]
    for n, example in enumerate(examples):
        await place.hear(*_facts(n, example, BOOKS[pack]))
        await _year_so_far(place, n, example, BOOKS[pack])
    for answers, numbers in _by_reading(examples):
        if answers:
            await place.say(_published(with_readings(shipped()[pack], answers)), stream=lambda _: PACKS_STREAM)
        await place.submit(*[_claim(n, examples[n], BOOKS[pack]) for n in numbers])
        await place.decide()
    decided = {body.claim: (body.reason, body.amounts.model_dump()) for body in await place.decisions()}
    offline = [run(example, shipped()[pack]) for example in examples]
    assert [decided[f"C{n}"] for n in range(len(examples))] == [(r["reason"], r["amounts"]) for r in offline]


def _comes_to_the_counter(example: Example) -> bool:
    """The service takes in no claim without a fee line."""
    asked: Any = example.raw["claim"]
    return bool(asked["lines"])


def _by_reading(examples: list[Example]) -> list[tuple[dict[str, str], list[int]]]:
    """Put the numbers of the cases together that are decided under the same reading, the pack's own first."""
    found: dict[tuple[tuple[str, str], ...], list[int]] = {(): []}
    for n, example in enumerate(examples):
        found.setdefault(tuple(sorted(example.reading.items())), []).append(n)
    return [(dict(answers), numbers) for answers, numbers in found.items()]


def _published(pack: Pack) -> PackPublished:
    """The pack under another reading, as the version that is in use from now on."""
    return PackPublished(pack=pack.name, pack_id=pack.id, content=pack.content.decode())


def _person(n: int) -> str:
    return f"P{n:06d}"


def _provider(book: str, level: str, *, at_home: bool) -> str:
    levels = ("village", "township", "level_1", "level_2", "level_3")
    area = book[:6] if at_home else "110100"
    return f"H{area}9{levels.index(level):04d}"


def _providers(book: str) -> Iterator[ProviderChanged]:
    for level in ("village", "township", "level_1", "level_2", "level_3"):
        for at_home in (True, False):
            code = _provider(book, level, at_home=at_home)
            yield ProviderChanged(
                provider=code, name="医院", level=level, area=code[1:7], agreement="active", since=LONG_AGO
            )


def _facts(n: int, example: Example, book: str) -> Iterator[Any]:
    person: Any = example.raw["person"]
    who = {"person": _person(n), "book": book}
    yield Enrolled(**who, psn_type="1501", birth=person["birth"], begins=LONG_AGO, ends=None)
    for tag in person["tags"]:
        yield TagChanged(**who, tag=tag, begins=LONG_AGO, ends=None)
    for disease in set(person["chronic"]):
        yield DiseaseCertified(**who, disease=disease, begins=LONG_AGO, ends=None)
    if person["account_balance"]:
        yield ContributionReceived(
            **who,
            year=2008,
            payer="employer",
            channel="tax",
            amount=person["account_balance"],
            personal_account=person["account_balance"],
            value_date=LONG_AGO,
            bank_key="B1",
        )


async def _year_so_far(place: Place, n: int, example: Example, book: str) -> None:
    """Put the case's year to date where earlier decisions would have put it."""
    ytd: Any = example.raw["ytd"]
    year = int(str(example.raw["on"])[:4])
    sums = [ytd.get(k, 0) for k in ("basic", "own_in_scope", "supplement", "assistance", "outpatient")]
    insert = "insert into state.accumulator values ($1, $2, $3, $4, $5, $6, $7, $8)"
    await place.fetch(insert, _person(n), book, year, *sums)
    for disease, used in ytd.get("chronic", {}).items():
        insert = "insert into state.chronic values ($1, $2, $3, $4, $5)"
        await place.fetch(insert, _person(n), book, year, disease, used)
    for index, admitted in enumerate(ytd["stays"]):
        insert = "insert into state.stay values ($1, $2, null, $3, $4, true)"
        day = date.fromisoformat(admitted)
        await place.fetch(insert, f"S{n}/{index}", _person(n), day, day + timedelta(1))


def _claim(n: int, example: Example, book: str) -> ClaimSubmitted:
    asked: Any = example.raw["claim"]
    provider: Any = example.raw["provider"]
    return ClaimSubmitted(
        claim=f"C{n}",
        person=_person(n),
        book=book,
        provider=_provider(book, provider["level"], at_home=provider["in_county"]),
        kind=asked["kind"],
        admitted=asked["admitted"],
        discharged=asked["discharged"],
        on=str(example.raw["on"]),  # type: ignore[arg-type]
        disease=asked["disease"],
        invoice=f"I{n}",
        pay_to="provider",
        self_pay_consent=True,
        referral=True,
        lines=tuple(ClaimLine(item="X1", day=str(example.raw["on"]), **fee) for fee in asked["lines"]),
    )
