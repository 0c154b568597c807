"""The agency's accountants: vouchers by hand, the end of the day, the bank's statements, the seal."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from contracts.closing import DayClosed
from services.cli.client import Json
from services.cli.demo.desk import Desk
from services.cli.demo.people import ACCOUNTANT, CHIEF, OPERATOR

FORMATS = {".sta": "mt940", ".csv": "csv", ".xml": "camt.053"}
ACCOUNTS = {"IN": "1002", "FI": "1003", "OUT": "1004"}
"""收入户, 财政专户, 支出户, and the ledger accounts that are their other halves."""

TIMING = "银行已收, 单位入账凭证在途"


class NotSealedError(Exception):
    """A day or a month that should be sealed is not; the message lists what is missing."""


def open_accounts(desk: Desk, day: date) -> None:
    """Register the fund's three bank accounts; from then on no day is sealed without their statements."""
    for part, account in ACCOUNTS.items():
        name = desk.account(part)
        body = {
            "bank_account": name,
            "book": desk.scenario.book,
            "account": account,
            "number": name,
            "since": day.isoformat(),
        }
        desk.open_at_bank(name)
        desk.do(CHIEF, "ledger", "/bank-accounts", body, "bank-account", part)


def book(
    desk: Desk, template: str, amount: int, bank_key: str, choices: Mapping[str, str] | None = None, claim: str = ""
) -> None:
    """Book a voucher by a template: one person makes it, another approves it."""
    about = {"bank_key": bank_key} | ({"claim": claim} if claim else {})
    order = {
        "book": desk.scenario.book,
        "template": template,
        "amount": amount,
        "choices": dict(choices or {}),
        "about": about,
    }
    made = desk.do(ACCOUNTANT, "ledger", "/vouchers", order, "voucher", bank_key)
    desk.do(CHIEF, "ledger", f"/vouchers/{made['voucher']}/approve", {}, "voucher", bank_key, "approve")


def sweep(desk: Desk, day: date, amount: int) -> None:
    """收入户汇缴财政专户: by e-bank and by voucher (T03)."""
    key = f"HJ{day:%Y%m%d}"
    desk.transfer(desk.account("IN"), desk.account("FI"), amount, key, "收入户汇缴财政专户")
    book(desk, "T03", amount, key)


def appropriate(desk: Desk, day: date, amount: int) -> None:
    """财政专户拨入支出户: what today's batches need, by e-bank and by voucher (T07)."""
    key = f"BK{day:%Y%m%d}"
    desk.transfer(desk.account("FI"), desk.account("OUT"), amount, key, "用款计划拨款")
    book(desk, "T07", amount, key)


def end_day(desk: Desk, day: date, following: date) -> None:
    """Call the end of the day and wait until it has run down all services."""
    body = {"day": day.isoformat(), "next": following.isoformat()}
    desk.do(OPERATOR, "ledger", "/days/end", body, "end", day)
    desk.rolled(following)
    desk.settle("ledger")


def import_statements(desk: Desk, day: date, sent: Path) -> None:
    """Take in the bank's statements of the day, each in the bank's own format."""
    for part in ACCOUNTS:
        name = desk.account(part)
        file = next(file for file in sent.iterdir() if file.stem == name)
        path = f"/statements?account={name}&format={FORMATS[file.suffix]}"
        desk.do(ACCOUNTANT, "ledger", path, file.read_bytes(), "statement", name, day)


def seal(desk: Desk, day: date) -> DayClosed:
    """日结: one person puts the day forward, another seals it; open items get a reason, an owner and a date."""
    verdict = desk.do(ACCOUNTANT, "ledger", f"/days/{day}/prepare", {}, "prepare", day)
    if not verdict["ready"]:
        for missing in verdict["missing"]:
            _answer_for(desk, day, missing)
        verdict = desk.do(ACCOUNTANT, "ledger", f"/days/{day}/prepare", {}, "prepare", day, "again")
    if not verdict["ready"]:
        raise NotSealedError("; ".join(missing["message"] for missing in verdict["missing"]))
    sealed = desk.do(CHIEF, "ledger", f"/days/{day}/seal", {"digest": verdict["digest"]}, "seal", day)
    sealed.pop("seal")
    return DayClosed.model_validate(sealed)


def _answer_for(desk: Desk, day: date, missing: Json) -> None:
    """Register an open item of the bank reconciliation; anything else must not be missing."""
    if missing["code"] != "UNMATCHED":
        raise NotSealedError(missing["message"])
    side, account, item = missing["field"].split(":", 2)
    body = {
        "bank_account": account,
        "book": desk.scenario.book,
        "side": side,
        "item": item,
        "reason": TIMING,
        "owner": ACCOUNTANT[0],
        "expires": desk.scenario.after.isoformat(),
    }
    desk.do(ACCOUNTANT, "ledger", "/exceptions", body, "exception", day, item)


def seal_month(desk: Desk, month: str) -> Json:
    """月结: the fold of the month's sealed days, by two people."""
    verdict = desk.do(ACCOUNTANT, "ledger", f"/periods/{month}/prepare", {}, "prepare", month)
    if not verdict["ready"]:
        raise NotSealedError("; ".join(missing["message"] for missing in verdict["missing"]))
    body = {"digest": verdict["digest"]}
    sealed: Json = desk.do(CHIEF, "ledger", f"/periods/{month}/seal", body, "seal", month)
    return sealed
