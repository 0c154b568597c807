"""A county that does not exist: 1/100 of 义安区 in March 2017, made from a seed.

Proportions are those of seed document 000: 231,908 insured at 150 + 450 yuan (0-1, 0-2); 145,591 visits
of which 21,488 inpatient (0-3); 3,916.71 yuan from the fund a stay at 75.95% (0-5), so about 5,157 billed.
Amounts are drawn as integers of fen. The same seed makes the same county.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.cn import ric

from services.cli.bank.luhn import with_check_digit
from services.cli.demo.scenario import USUAL, Json, Payee, Plot, Scenario

AREA = "340706"
CITY = "340700"
BORN_IN = (AREA, "340705", "340711", "340721", "340722")  # 铜陵; 499 men and 499 women of each may share a birthday
BOOK = f"{AREA}-390"
PEOPLE = 2_319
INPATIENT = 215
OUTPATIENT = 1_241
PERSONAL = 15_000
SUBSIDY = 45_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "建国秀英明华丽芳军伟静敏强磊洋勇艳杰娟涛超霞平刚桂"

STAYS = (
    ("township", 30, 200_000),
    ("level_1", 20, 350_000),
    ("level_2", 40, 620_000),
    ("level_3", 10, 1_420_000),
)
"""Level, share of stays in percent, mean bill in fen: together 5,180 yuan a stay."""

VISITS = (("village", 45), ("township", 45), ("level_1", 10))
CHRONIC = ("D01", "D02", "D03", "D04", "D05")


def business_days() -> tuple[date, ...]:
    """Give the ten business days of the demo: 2017-03-01 to 2017-03-14 without week-ends."""
    first = date(2017, 3, 1)
    return tuple(day for day in (first + timedelta(n) for n in range(14)) if day.weekday() < 5)


@dataclass(frozen=True)
class Person:
    """One insured person, with what only the vault may know: name, certificate, bank account."""

    number: str
    name: str
    certificate: str
    birth: date
    sex: str
    account: str
    tags: tuple[str, ...]
    chronic: tuple[str, ...]


@dataclass(frozen=True)
class Provider:
    """One contracted institution (定点医药机构)."""

    code: str
    name: str
    level: str
    area: str
    account: str


def county(
    seed: int,
    *,
    people: int = PEOPLE,
    stays: int = INPATIENT,
    visits: int = OUTPATIENT,
    days: Sequence[date] = business_days(),
    plot: Plot = USUAL,
) -> Scenario:
    """Draw a county of so many people, stays in hospital and visits. Pure: the seed decides everything."""
    rng = Random(seed)  # noqa: S311 - a synthetic county needs repeatable numbers, not secret ones
    persons = [_person(rng, n) for n in range(people)]
    providers = list(_providers())
    return Scenario(
        title="义安区 1/100, 2017 年 3 月 (合成数据)",
        area=AREA,
        book=BOOK,
        days=days,
        after=date(2017, 4, 1),
        persons=[_enrolment(person) for person in persons],
        tags=[_dated(person, "tag", tag) for person in persons for tag in person.tags],
        certificates=[_dated(person, "disease", disease) for person in persons for disease in person.chronic],
        providers=[_agreement(provider) for provider in providers],
        payees={payee.number: payee for payee in _payees(persons, providers)},
        premium=PERSONAL,
        subsidy=SUBSIDY,
        claims=_claims(rng, persons, providers, days, ["inpatient"] * stays + ["outpatient"] * visits),
        plot=plot,
    )


def _enrolment(person: Person) -> Json:
    return {
        "person": person.number,
        "book": BOOK,
        "psn_type": "1501",
        "psn_cert_type": "01",
        "certno": person.certificate,
        "name": person.name,
        "sex": person.sex,
        "birth": person.birth.isoformat(),
        "begins": "2017-01-01",
        "ends": "2017-12-31",
    }


def _dated(person: Person, key: str, value: str) -> Json:
    return {"person": person.number, "book": BOOK, key: value, "begins": "2017-01-01", "ends": None}


def _agreement(provider: Provider) -> Json:
    return {
        "provider": provider.code,
        "name": provider.name,
        "level": provider.level,
        "area": provider.area,
        "agreement": "active",
        "since": "2017-01-01",
    }


def _payees(people: Sequence[Person], providers: Sequence[Provider]) -> Iterator[Payee]:
    for person in people:
        yield Payee(person.number, person.name, person.account, with_check_digit(person.account[:-1]))
    for provider in providers:
        yield Payee(provider.code, provider.name, provider.account, provider.account)


def _person(rng: Random, n: int) -> Person:
    birth = date(1932, 1, 1) + timedelta(rng.randrange(31_000))
    male = rng.random() < 0.51
    body = f"{BORN_IN[n // 499 % len(BORN_IN)]}{birth:%Y%m%d}{(n % 499) * 2 + (1 if male else 2):03d}"
    account = with_check_digit(f"62284{rng.randrange(10**12):012d}")
    if n % 150 == 7:
        account = account[:-1] + str((int(account[-1]) + 1) % 10)  # a slip of the pen: the bank will send it back
    draw = rng.randrange(1000)
    tags = ("poor",) if draw < 83 else ("low_income",) if draw < 110 else ("extreme_poor",) if draw < 118 else ()
    sick = rng.randrange(100) < (30 if birth.year < 1960 else 4)
    return Person(
        number=f"{AREA}{n + 1:08d}",
        name=rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2)),
        certificate=body + ric.calc_check_digit(body),
        birth=birth,
        sex="male" if male else "female",
        account=account,
        tags=tags,
        chronic=tuple(sorted(rng.sample(CHRONIC, 1 + rng.randrange(2)))) if sick else (),
    )


def _providers() -> Iterator[Provider]:
    wanted = (
        ("village", 8, "村卫生室"),
        ("township", 6, "镇卫生院"),
        ("level_1", 2, "社区医院"),
        ("level_2", 2, "区人民医院"),
    )
    n = 0
    for level, count, kind in wanted:
        for place in range(1, count + 1):
            n += 1
            yield Provider(f"H{AREA}{n:05d}", f"义安{place}号{kind}", level, AREA, with_check_digit(f"62300{n:012d}"))
    yield Provider(f"H{CITY}00001", "铜陵市立医院", "level_3", CITY, with_check_digit("62300900000000001"))


def _claims(
    rng: Random, people: Sequence[Person], providers: Sequence[Provider], days: Sequence[date], kinds: list[str]
) -> dict[date, list[Json]]:
    rng.shuffle(kinds)
    by_day: dict[date, list[Json]] = {day: [] for day in days}
    away: dict[str, date] = {}
    for n, kind in enumerate(kinds):
        day = days[n * len(days) // len(kinds)]
        person = people[rng.randrange(len(people))]
        if kind == "inpatient":
            person = _someone_at_home(rng, people, away)
            away[person.number] = day
        visit = "chronic" if kind == "outpatient" and person.chronic and rng.random() < 0.5 else kind
        by_day[day].append(_claim(rng, n, visit, day, person, providers))
    return by_day


def _someone_at_home(rng: Random, people: Sequence[Person], away: dict[str, date]) -> Person:
    while (person := people[rng.randrange(len(people))]).number in away:
        pass
    return person


def _claim(rng: Random, n: int, kind: str, day: date, person: Person, providers: Sequence[Provider]) -> Json:
    level, total = _level_and_bill(rng, kind)
    provider = rng.choice([p for p in providers if p.level == level])
    stay = 3 + rng.randrange(12)
    inpatient = kind == "inpatient"
    if not inpatient and n % 61 == 30:  # now and then more than 10,000 yuan in the city: people verify it (0-23)
        provider, total = providers[-1], total + 1_000_000
    return {
        "claim": f"C{n + 1:06d}",
        "person": person.number if n % 97 else f"{AREA}99{n:06d}",  # now and then somebody nobody has enrolled
        "book": BOOK,
        "provider": provider.code if n % 211 != 5 else f"H{AREA}99999",
        "kind": kind,
        "admitted": (day - timedelta(stay)).isoformat() if inpatient else None,
        "discharged": day.isoformat() if inpatient else None,
        "on": day.isoformat(),
        "disease": rng.choice(person.chronic) if kind == "chronic" else None,
        "invoice": f"INV2017{n + 1:08d}",
        "pay_to": "person" if not inpatient or rng.random() < 0.6 else "provider",
        "self_pay_consent": n % 131 != 17,
        "referral": provider.area != AREA,
        "lines": _lines(rng, day, total, 4 + rng.randrange(5) if inpatient else 1 + rng.randrange(3)),
    }


def _level_and_bill(rng: Random, kind: str) -> tuple[str, int]:
    if kind == "inpatient":
        level, _, mean = rng.choices(STAYS, weights=[share for _, share, _ in STAYS])[0]
    else:
        level = rng.choices([v[0] for v in VISITS], weights=[v[1] for v in VISITS])[0]
        mean = 8_100
    return level, mean * rng.randint(20, 180) // 100 + rng.randrange(100)


def _lines(rng: Random, day: date, total: int, count: int) -> list[Json]:
    weights = [rng.randint(1, 10) for _ in range(count)]
    amounts = [total * weight // sum(weights) for weight in weights]
    amounts[0] += total - sum(amounts)
    return [_line(rng, day, amount) for amount in amounts]


def _line(rng: Random, day: date, amount: int) -> Json:
    draw = rng.randrange(100)
    list_class, self_pay = ("A", 0) if draw < 72 else ("B", 1_000) if draw < 96 else ("C", 0)
    return {
        "item": f"{list_class}{rng.randrange(10**6):06d}",
        "day": day.isoformat(),
        "amount": amount,
        "class": list_class,
        "self_pay_bp": self_pay,
        "over_limit": 0,
    }
