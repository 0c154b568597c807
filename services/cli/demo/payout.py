"""A day's payments: batches by maker and checker, the bank's answer, and the line that came back."""

from datetime import date
from pathlib import Path

from services.cli.client import Json
from services.cli.demo.desk import Desk
from services.cli.demo.people import CHECKER, CLERK, MAKER


def order(desk: Desk, day: date) -> int:
    """Batch what is due, let another person approve, lay the sealed files in the bank's mailbox; gives the fen."""
    request = {"book": desk.scenario.book, "account": desk.account("OUT")}
    made = desk.do(MAKER, "payment", "/batches", request, "batches", day)["batches"]
    inbox = desk.mailbox / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    for batch in made:
        number = batch["batch"]
        desk.do(CHECKER, "payment", f"/batches/{number}/approve", {}, "approve", number)
        actor, role = CHECKER
        (inbox / f"{number}.pay").write_bytes(desk.client.raw("payment", f"/batches/{number}/file", actor, role))
        desk.tally.lines += int(batch["lines"])
    return sum(int(batch["total"]) for batch in made)


def read_answers(desk: Desk, sent: Path) -> list[Json]:
    """Take in the bank's return files of the day; gives the lines that came back."""
    returned: list[Json] = []
    for file in sorted(sent.glob("*.ret")):
        desk.do(MAKER, "payment", "/bank-returns", file.read_bytes(), "return", file.stem)
        rows = [line.split("|") for line in file.read_text("utf8").splitlines()[1:]]
        back = [row for row in rows if row[3] != "paid"]
        desk.tally.confirmed += len(rows)
        desk.tally.returned += len(back)
        returned += [{"line": row[1], "amount": int(row[2])} for row in back]
    return returned


def correct_and_repay(desk: Desk, line: str) -> None:
    """Correct the payee's account and let the next batch make the returned line good."""
    shown = desk.look(CLERK, "payment", f"/lines/{line}")
    payee = desk.scenario.payees[shown["payee"]]
    account = {"name": payee.name, "account": payee.corrected, "bank_code": "103370600012"}
    desk.do(CLERK, "payment", f"/payees/{payee.number}", account, "payee", line, method="PUT")
    reason = {"reason": "账号有误, 已凭存折更正"}
    desk.do(CLERK, "payment", f"/lines/{line}/repay", reason, "repay", line)
    desk.tally.repaid += 1
