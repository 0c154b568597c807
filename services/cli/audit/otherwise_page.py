"""The counterfactual as people read it: what each layer bears, and the lines of the fund statement that differ."""

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.table import Table

from contracts.money import yuan
from services.cli.audit.otherwise import Otherwise

TERMS = {"basic": "基本", "supplement": "补充", "critical": "大病", "assistance": "救助"}


def pages(outcome: Otherwise) -> Iterator[Table | str]:
    """Lay it out: a sentence, the movements of the fund, the lines of the statement that come out otherwise."""
    pack = f"{outcome.pack} {outcome.pack_id[:12]}"
    yield f"under {pack}: {outcome.changed:,} of {outcome.claims:,} claims come out otherwise"
    for (was, now), count in sorted(outcome.outcomes.items()):
        yield f"  {count:,} {was}, other amounts" if was == now else f"  {count:,} {was}, would be {now}"
    movements = _table("fund movements by book, month of the decision and layer, yuan", "book", "month", "layer")
    for (book, month, layer), (before, after) in sorted(outcome.movements.items()):
        if before or after:
            movements.add_row(book, month, TERMS[layer], *_amounts(before, after))
    yield movements
    lines = _table("收支表, the lines that differ, yuan", "book", "month", "line")
    for cell in outcome.cells:
        if cell.before != cell.after:
            lines.add_row(cell.book, cell.month, f"{cell.line} {cell.label}", *_amounts(cell.before, cell.after))
    yield lines


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, box=SIMPLE)
    for head in heads:
        table.add_column(head, overflow="fold")
    for head in ("before", "after", "change"):
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _amounts(before: int, after: int) -> tuple[str, str, str]:
    return yuan(before), yuan(after), yuan(after - before)
