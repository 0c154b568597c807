"""The business days, one after another: what comes in, what is decided, paid, booked, reconciled and sealed."""

from collections.abc import Iterator
from datetime import date

from contracts.closing import DayClosed
from services.cli.client import Json
from services.cli.demo import books, claims, payout
from services.cli.demo.desk import Desk
from services.cli.demo.opening import collect, contribution, late_payer, open_agency
from services.cli.demo.people import CLERK

Step = str


def play(desk: Desk) -> Iterator[tuple[int, Step]]:
    """Play all days; yields the number of the day and what is being done, for whoever watches."""
    days, plot = desk.scenario.days, desk.scenario.plot
    yield 0, "people, providers, accounts"
    books.open_accounts(desk, days[0])
    open_agency(desk)
    returned: list[str] = []
    for n, day in enumerate(days):
        yield n, "contributions and other receipts"
        _receipts(desk, n, day)
        yield n, "claims"
        handed_in = claims.hand_in(desk, day)
        yield n, "review"
        claims.review(desk)
        if n == plot.clawback:
            _take_one_back(desk, day)
        if plot.repays(n, returned, desk.tally.repaid):
            payout.correct_and_repay(desk, returned[0])
        yield n, "payment"
        desk.settle("payment", "ledger")
        paid, back = _pay(desk, day)
        returned += back
        yield n, "end of day"
        desk.settle("ledger")
        books.end_day(desk, day, days[n + 1] if n + 1 < len(days) else desk.scenario.after)
        yield n, "reconciliation and seal"
        books.import_statements(desk, day, desk.mailbox / "out" / day.isoformat())
        closed = books.seal(desk, day)
        desk.tally.days.append(_row(desk, day, closed, handed_in, paid))


def _receipts(desk: Desk, n: int, day: date) -> None:
    """Take in the day's money other than payments: contributions, the late one, what was clawed back."""
    days, plot = desk.scenario.days, desk.scenario.plot
    late_key = f"JF{days[min(plot.late_in_bank, len(days) - 1)]:%Y%m%d}L"
    if n == 0:
        collected = collect(desk, day)
        desk.settle("ledger")
        books.sweep(desk, day, collected)
    if n == plot.late_in_bank:
        desk.deposit(desk.account("IN"), desk.scenario.premium, late_key, "居民医保个人缴费")
    if n == plot.late_booked:
        body = contribution(desk, late_payer(desk), days[plot.late_in_bank], "personal", late_key)
        desk.do(CLERK, "enrollment", "/contributions", body, "late-contribution")
        desk.settle("ledger")
        books.sweep(desk, day, desk.scenario.premium)
    if n == plot.recovered and desk.clawed_back is not None:
        _recover(desk, day)


def _pay(desk: Desk, day: date) -> tuple[int, list[str]]:
    """Pay what is due; gives the fen that were ordered and the lines that came back."""
    total = payout.order(desk, day)
    if total:
        books.appropriate(desk, day, total)
    sent = desk.run_bank(day)
    return total, [row["line"] for row in payout.read_answers(desk, sent)]


def _take_one_back(desk: Desk, day: date) -> None:
    """Supervise; claw back part of the first stay that the fund paid for, and close the next finding as groundless.

    A stay about which something was found goes before one about which nothing was.
    """
    approved = desk.look(CLERK, "adjudication", "/claims", status="approved", limit=5_000)["claims"]
    stays = [claim["claim"] for claim in approved if claim["kind"] == "inpatient" and claim["fund"] > 0]
    found = claims.supervise(desk, day)
    chosen = [claim for claim in stays if claim in found] or stays
    if chosen:
        desk.clawed_back = (chosen[0], claims.take_back(desk, chosen[0], found.get(chosen[0])))
    if len(chosen) > 1 and chosen[1] in found:
        claims.let_go(desk, found[chosen[1]])


def _recover(desk: Desk, day: date) -> None:
    """The hospital pays back what was clawed back, into 财政专户 (T21, red)."""
    claim, amount = desk.clawed_back or ("", 0)
    key = f"ZH{day:%Y%m%d}"
    desk.deposit(desk.account("FI"), amount, key, "追回违规费用")
    books.book(desk, "T21", amount, key, {"bank": "1003", "care": "住院"}, claim)


def _row(desk: Desk, day: date, closed: DayClosed, handed_in: int, paid: int) -> Json:
    """Sum up a sealed day for the table and the report."""
    path, query = "/claims", {"status": "approved", "day": day.isoformat(), "limit": 5_000}
    approved = desk.look(CLERK, "adjudication", path, **query)["claims"]
    return {
        "day": day.isoformat(),
        "sealed": True,
        "entries": closed.entries,
        "root": closed.root,
        "bank_difference": sum(abs(bank.difference) for bank in closed.banks),
        "bank": sum(bank.closing for bank in closed.banks),
        "book": sum(bank.booked for bank in closed.banks),
        "claims": handed_in,
        "approved": len(approved),
        "paid": paid,
    }
