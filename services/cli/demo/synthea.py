"""The same job on a Synthea CSV export: its claims, its coverage periods, yuan for dollars.

The export has no birth dates, names or bank accounts that an agency could use: the first day on which it knows a
person stands in for the birth, and names and numbers are made up. Nobody is insured in its NO_INSURANCE periods.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from stdnum.cn import ric

from services.cli.bank.luhn import with_check_digit
from services.cli.demo.scenario import Json, Payee, Scenario

AREA = "511300"
BOOK = f"{AREA}-390"
HOSPITAL = f"H{AREA}00002"
CLINIC = f"H{AREA}00001"
UNINSURED = "NO_INSURANCE"
YEARS = range(2012, 2025)
"""From the first year of the rule pack to the last claim; a year's claims are handed in on its last working day."""

Row = Mapping[str, str]


class ExportError(ValueError):
    """The directory is not a Synthea CSV export that this job can use."""


def synthea(directory: Path) -> Scenario:
    """Read an export. Raises ``ExportError`` naming the file or the column that is missing, or what cannot be read."""
    try:
        return _read(directory)
    except FileNotFoundError as missing:
        raise ExportError(f"{missing.filename} is not there: a Synthea CSV export has it") from None
    except KeyError as missing:
        raise ExportError(f"the export in {directory} lacks the column or the row {missing}") from None
    except (ValueError, ArithmeticError) as wrong:
        raise ExportError(f"the export in {directory} cannot be read: {wrong}") from None


def _read(directory: Path) -> Scenario:
    claims = list(_rows(directory, "claims.csv"))
    periods = list(_rows(directory, "payer_transitions.csv"))
    uninsured = {row["Id"] for row in _rows(directory, "payers.csv") if row["NAME"] == UNINSURED}
    encounters = {row["Id"]: row for row in _rows(directory, "encounters.csv")}
    births = _first_seen(claims, periods)
    numbers = {patient: f"{AREA}{n + 1:08d}" for n, patient in enumerate(sorted(births))}
    days = tuple(_last_working_day(year) for year in YEARS)
    payees = [_payee(number, f"测试{n + 1}", n) for n, number in enumerate([*numbers.values(), HOSPITAL, CLINIC])]
    return Scenario(
        title="南充居民, Synthea 合成病历, 一元当一美元",
        area=AREA,
        book=BOOK,
        days=days,
        after=date(YEARS.stop, 1, 2),
        persons=[
            _enrolment(numbers[patient], births[patient], begins, ends, n)
            for n, patient in enumerate(sorted(births))
            for begins, ends in _covered(patient, periods, uninsured)
        ],
        tags=[],
        certificates=[],
        providers=[
            _agreement(HOSPITAL, "南充二级医院", "level_2"),
            _agreement(CLINIC, "南充镇卫生院", "township"),
        ],
        payees={payee.number: payee for payee in payees},
        premium=15_000,
        subsidy=12_000_000,
        claims=_claims(directory, claims, encounters, numbers, days),
    )


def _rows(directory: Path, name: str) -> Iterator[Row]:
    packed = directory / f"{name}.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf8", newline="") as file:
            yield from csv.DictReader(file)
        return
    with (directory / name).open(encoding="utf8", newline="") as file:
        yield from csv.DictReader(file)


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _first_seen(claims: Sequence[Row], periods: Sequence[Row]) -> dict[str, date]:
    seen = [(row["PATIENTID"], _day(row["SERVICEDATE"])) for row in claims]
    seen += [(row["PATIENT"], _day(row["START_DATE"])) for row in periods]
    births: dict[str, date] = {}
    for patient, day in seen:
        births[patient] = min(day, births.get(patient, day))
    return births


def _covered(patient: str, periods: Sequence[Row], uninsured: set[str]) -> list[tuple[date, date]]:
    """Give a person's insured periods; one that runs into the next ends the day before it."""
    rows = sorted(
        (_day(row["START_DATE"]), _day(row["END_DATE"]), row["PAYER"]) for row in periods if row["PATIENT"] == patient
    )
    ends = [min(ends, following[0] - timedelta(1)) for (_, ends, _), following in pairwise(rows)]
    ends += [last for _, last, _ in rows[-1:]]
    return [(begins, end) for (begins, _, payer), end in zip(rows, ends, strict=True) if payer not in uninsured]


def _claims(
    directory: Path,
    claims: Sequence[Row],
    encounters: Mapping[str, Row],
    numbers: Mapping[str, str],
    days: Sequence[date],
) -> dict[date, list[Json]]:
    charges: dict[str, list[Row]] = {}
    for row in _rows(directory, "claims_transactions.csv"):
        if row["TYPE"] == "CHARGE":
            charges.setdefault(row["CLAIMID"], []).append(row)
    by_day: dict[date, list[Json]] = {day: [] for day in days}
    for row in sorted(claims, key=lambda row: (row["SERVICEDATE"], row["Id"])):
        claim = _claim(row, encounters[row["APPOINTMENTID"]], charges[row["Id"]], numbers)
        handed_in = next((day for day in days if str(claim["on"]) <= day.isoformat()), None)
        if handed_in is None:
            raise ValueError(f"claim {row['Id']} is of {claim['on']}, and {days[-1]} is the last day that is played")
        by_day[handed_in].append(claim)
    return by_day


def _claim(row: Row, encounter: Row, charges: Sequence[Row], numbers: Mapping[str, str]) -> Json:
    inpatient = encounter["ENCOUNTERCLASS"] == "inpatient"
    discharged = encounter["STOP"][:10]
    return {
        "claim": row["Id"],
        "person": numbers[row["PATIENTID"]],
        "book": BOOK,
        "provider": HOSPITAL if inpatient else CLINIC,
        "kind": "inpatient" if inpatient else "outpatient",
        "admitted": encounter["START"][:10] if inpatient else None,
        "discharged": discharged if inpatient else None,
        "on": discharged if inpatient else row["SERVICEDATE"][:10],
        "disease": None,
        "invoice": f"SYN-{row['Id']}",
        "pay_to": "person",
        "self_pay_consent": True,
        "referral": False,
        "lines": [_line(charge) for charge in charges],
    }


def _line(charge: Row) -> Json:
    return {
        "item": charge["PROCEDURECODE"],
        "day": charge["FROMDATE"][:10],
        "amount": int(Decimal(charge["AMOUNT"]) * 100),
        "class": "A",
        "self_pay_bp": 0,
        "over_limit": 0,
    }


def _enrolment(number: str, birth: date, begins: date, ends: date, n: int) -> Json:
    certificate = f"{AREA}{birth:%Y%m%d}{n:03d}"
    return {
        "person": number,
        "book": BOOK,
        "psn_type": "1501",
        "psn_cert_type": "01",
        "certno": certificate + ric.calc_check_digit(certificate),
        "name": f"测试{n + 1}",
        "sex": "male" if n % 2 else "female",
        "birth": birth.isoformat(),
        "begins": begins.isoformat(),
        "ends": ends.isoformat(),
    }


def _agreement(code: str, name: str, level: str) -> Json:
    return {
        "provider": code,
        "name": name,
        "level": level,
        "area": AREA,
        "agreement": "active",
        "since": "1970-01-01",
    }


def _payee(number: str, name: str, n: int) -> Payee:
    account = with_check_digit(f"622849{n:011d}")
    return Payee(number, name, account, account)


def _last_working_day(year: int) -> date:
    return next(day for day in (date(year, 12, 31) - timedelta(n) for n in range(7)) if day.weekday() < 5)
