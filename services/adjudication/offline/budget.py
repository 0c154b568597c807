"""预算 in a simulation: what the ledger's log says may be spent on benefits, by book and year."""

from collections.abc import Iterable, Mapping

from contracts.catalogue import parse
from contracts.envelope import Event
from contracts.ledger import BudgetSet

BENEFITS = ("e1", "e2")
"""社会保险待遇支出, 大病保险支出: the lines of the 收支表 that benefits are booked on."""

ASSISTANCE = "610"
"""医疗救助: its book pays the layer of assistance."""

_SAID = b'"kind":"BudgetSet"'

BookYear = tuple[str, int]


def budgets(lines: Iterable[bytes]) -> dict[BookYear, int]:
    """Read the newest budget of benefits of every book and year, fen, from canonical lines of the ledger's log."""
    found: dict[BookYear, int] = {}
    for line in lines:
        body = parse(Event.from_line(line)) if _SAID in line else None
        if isinstance(body, BudgetSet):
            found[body.book, body.year] = sum(_planned(body, benefit) for benefit in BENEFITS)
    return found


def concerned(known: Mapping[BookYear, int], spent: Iterable[BookYear], *, assisted: bool) -> dict[BookYear, int]:
    """Pick the budgets that bear what was spent in these books and years; the area's 610 too, where ``assisted``."""
    bearing = set(spent)
    if assisted:
        bearing |= {(f"{book[:6]}-{ASSISTANCE}", year) for book, year in bearing}
    return {key: known[key] for key in sorted(bearing & known.keys())}


def _planned(body: BudgetSet, line: str) -> int:
    """Give a line's amount, or that of its parts where only they are budgeted."""
    planned = {one.line: one.amount for one in body.lines}
    parts = (amount for name, amount in planned.items() if name.startswith(f"{line}."))
    return planned[line] if line in planned else sum(parts)
