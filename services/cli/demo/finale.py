"""After the last day: the month is closed, the ledger is wiped and replayed, an auditor goes over everything."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from contracts.money import yuan
from services.cli.agency import Agency
from services.cli.audit.command import tell, watched_audit
from services.cli.audit.log.source import Feeds
from services.cli.audit.replay import Report
from services.cli.client import Json
from services.cli.demo import books
from services.cli.demo.desk import Desk
from services.cli.demo.people import ACCOUNTANT, AUDITOR, CLERK
from services.ledger.decide.signature import public_keys


class ReplayError(Exception):
    """The replay did not give what it should."""


def close_months(desk: Desk) -> None:
    """月结: seal every month that the business days lie in."""
    for month in sorted({day.isoformat()[:7] for day in desk.scenario.days}):
        sealed = books.seal_month(desk, month)
        desk.tally.months.append({"month": month, "sealed": True, "root": sealed["root"]})


def days_table(desk: Desk) -> Table:
    """Lay out the days, one line each, as an operator wants to see them."""
    table = Table(
        title=desk.scenario.title, caption="yuan; what only one side has is explained item by item", box=SIMPLE
    )
    for heading in ("day", "claims", "approved", "paid", "entries", "bank", "books", "left", "seal"):
        table.add_column(heading, justify="left" if heading in ("day", "seal") else "right", no_wrap=True)
    for row in desk.tally.days:
        table.add_row(
            row["day"],
            str(row["claims"]),
            str(row["approved"]),
            yuan(row["paid"]),
            f"{row['entries']:,}",
            yuan(row["bank"]),
            yuan(row["book"]),
            yuan(row["bank_difference"]),
            row["root"][:12],
        )
    return table


def findings(desk: Desk) -> str:
    """医保基金监管: how many findings there are, by what became of them."""
    raised = desk.look(AUDITOR, "adjudication", "/supervision/findings", limit=5_000)["findings"]
    statuses = Counter(one["status"] for one in raised)
    return f"supervision: {len(raised)} findings" + "".join(f", {n} {name}" for name, n in sorted(statuses.items()))


def fund_statement(desk: Desk) -> str:
    """基金收支表 of the run's days, as the accountant prints it."""
    path = f"/books/{desk.scenario.book}/statements/income_expense"
    since, until = _year(desk)
    return desk.client.raw("ledger", f"{path}?since={since}&until={until}&form=text", *ACCOUNTANT).decode()


def _year(desk: Desk) -> tuple[str, str]:
    """Give the period of the fund statement: the run's days of its last year."""
    until = desk.scenario.days[-1]
    since = max(desk.scenario.days[0], until.replace(month=1, day=1))
    return since.isoformat(), until.isoformat()


def trial_balances_are_zero(desk: Desk) -> bool:
    """试算平衡: in every book, debits and credits come to the same."""
    until = desk.scenario.days[-1].isoformat()
    for book in desk.look(ACCOUNTANT, "ledger", "/books")["books"]:
        trial = desk.look(ACCOUNTANT, "ledger", f"/books/{book['book']}/trial-balance", since=until, until=until)
        if sum(row["debit"] - row["credit"] for row in trial["rows"]):
            return False
    return True


def wipe_and_replay(agency: Agency) -> str:
    """Drop the ledger's state and fold it from the logs again; gives the table of digests."""
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "rebuild", "ledger"],
        env=agency.environment("ledger"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReplayError(f"the ledger was not rebuilt as it was:\n{done.stdout}{done.stderr}")
    return done.stdout


def prove(agency: Agency, console: Console) -> Report:
    """Let an auditor go over the four logs, with the public key and nothing else."""
    token = agency.issuer.token(AUDITOR[0], [AUDITOR[1]])
    report = watched_audit(Feeds(agency.urls, token), public_keys([agency.seal_keys.read_bytes()]), console)
    tell(report, console)
    return report


BENEFITS = ("住院", "门诊")
"""The cells of the fund statement that claims stand behind."""


@dataclass(frozen=True)
class Link:
    """One step of a trace: what it is, and what it says."""

    what: str
    says: str


def trace(desk: Desk) -> Iterator[Link]:
    """Follow one claim from a cell of the fund statement down to the rule that made its amount."""
    since, until = _year(desk)
    path = f"/books/{desk.scenario.book}/statements/income_expense"
    shown = desk.look(ACCOUNTANT, "ledger", path, since=since, until=until)
    cell = max((one for one in shown["figures"] if one["label"].endswith(BENEFITS)), key=lambda one: int(one["amount"]))
    yield Link("statement cell", f"{cell['label']} {yuan(cell['amount'])}")
    opened = desk.look(ACCOUNTANT, "ledger", f"{path}/lines/{cell['line']}", since=since, until=until)
    line = max((one for one in opened["lines"] if one["claim"]), key=lambda one: int(one["amount"]))
    entry = desk.look(ACCOUNTANT, "ledger", f"/entries/{line['entry']}")
    yield Link("voucher", f"{entry['template']} of {entry['business_date']}: {entry['summary']}")
    for one in entry["lines"]:
        yield Link("  line", f"{'借' if one['side'] == 'D' else '贷'} {one['account']} {yuan(one['amount'])}")
    yield Link("cause", f"{entry['cause_kind']} of {entry['cause_source']}, event {entry['cause']}")
    yield from _bank_line(desk, entry)
    claim = desk.look(CLERK, "adjudication", f"/claims/{line['claim']}")
    amounts = claim["amounts"]
    yield Link("claim", f"{claim['claim']}: billed {yuan(amounts['total'])}, fund {yuan(amounts['fund'])}")
    explanation = desk.look(CLERK, "adjudication", f"/claims/{line['claim']}/explanation")
    yield Link("rule pack", f"{explanation['pack']}, {explanation['pack_id'][:12]}")
    for sentence in explanation["sentences"]:
        source = f"  ({sentence['source']})" if sentence["source"] else ""
        yield Link("  rule", f"{sentence['text']}{source}")


def _bank_line(desk: Desk, entry: Json) -> Iterator[Link]:
    paid = next(one for one in entry["lines"] if one["bank_account"])
    yield Link("bank line", f"{paid['bank_account']} under key {paid['bank_key']}")
