"""The first morning: providers under contract, people enrolled, accounts known, contributions in."""

from collections.abc import Sequence
from datetime import date

from contracts.topics import Service
from services.cli.demo.desk import Desk
from services.cli.demo.people import CLERK, REVIEWERS
from services.cli.demo.scenario import Json

PIECE = 2_500
"""Rows of one bulk request."""


def open_agency(desk: Desk) -> None:
    """Tell the services who is who. Doing it again changes nothing."""
    scenario = desk.scenario
    for provider in scenario.providers:
        _agree(desk, provider)
    _in_pieces(desk, "enrollment", "/persons/bulk", scenario.persons)
    _in_pieces(desk, "enrollment", "/tags/bulk", scenario.tags)
    _in_pieces(desk, "enrollment", "/certificates/bulk", scenario.certificates)
    _in_pieces(
        desk,
        "payment",
        "/payees/bulk",
        [
            {"payee": payee.number, "name": payee.name, "account": payee.account, "bank_code": "103370600012"}
            for payee in scenario.payees.values()
        ],
    )


def collect(desk: Desk, day: date) -> int:
    """Take the year's contributions: the person's share into 收入户, the subsidy into 财政专户.

    One person pays late (``late_payer``). Gives the fen that came into 收入户.
    """
    persons = sorted({str(person["person"]) for person in desk.scenario.persons} - {late_payer(desk)})
    premium_key, subsidy_key = f"JF{day:%Y%m%d}", f"BT{day:%Y%m%d}"
    rows = [contribution(desk, person, day, "personal", premium_key) for person in persons]
    everybody = [*persons, late_payer(desk)]
    rows += [contribution(desk, person, day, "subsidy", subsidy_key) for person in everybody]
    collected = desk.scenario.premium * len(persons)
    desk.deposit(desk.account("IN"), collected, premium_key, "居民医保个人缴费")
    desk.deposit(desk.account("FI"), desk.scenario.subsidy * len(everybody), subsidy_key, "财政补助资金")
    _in_pieces(desk, "enrollment", "/contributions/bulk", rows)
    return collected


def late_payer(desk: Desk) -> str:
    """Name the person whose contribution the bank has before the agency hears of it."""
    return max(str(person["person"]) for person in desk.scenario.persons)


def contribution(desk: Desk, person: str, day: date, payer: str, bank_key: str) -> Json:
    """Fill in one contribution that the bank has on ``day`` under ``bank_key``."""
    return {
        "person": person,
        "book": desk.scenario.book,
        "year": day.year,
        "payer": payer,
        "channel": "fiscal" if payer == "subsidy" else "agency",
        "amount": desk.scenario.subsidy if payer == "subsidy" else desk.scenario.premium,
        "value_date": day.isoformat(),
        "bank_key": bank_key,
    }


def _agree(desk: Desk, provider: Json) -> None:
    """Enter an agreement; one that holds from a day before the first is approved by a second person."""
    code = provider["provider"]
    entered = desk.do(CLERK, "adjudication", "/providers", provider, "provider", code)
    if entered["status"] == "proposed":
        path = f"/providers/changes/{entered['proposal']}/approve"
        desk.do(REVIEWERS["approval"], "adjudication", path, None, "provider", code, "approve")


def _in_pieces(desk: Desk, service: Service, path: str, rows: Sequence[object]) -> None:
    for start in range(0, len(rows), PIECE):
        desk.load(service, path, rows[start : start + PIECE], path.strip("/").replace("/", "."), start)
