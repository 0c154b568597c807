"""预算 in the database: the newest approved budget of each book and year."""

import orjson

from contracts.ledger import BudgetSet
from services.chassis.postgres import Connection


async def set_budget(connection: Connection, budget: BudgetSet) -> None:
    """Keep a budget in place of an earlier one."""
    lines = orjson.dumps({line.line: line.amount for line in budget.lines}).decode()
    await connection.execute(_SET, budget.book, budget.year, lines)


async def budget_of(connection: Connection, book: str, year: int) -> dict[str, int] | None:
    """Read a budget: fen by line of the 收支表, or None."""
    lines = await connection.fetchval("select lines from state.budget where book = $1 and year = $2", book, year)
    return None if lines is None else dict(orjson.loads(lines))


_SET = """
insert into state.budget (book, year, lines) values ($1, $2, $3)
on conflict (book, year) do update set lines = excluded.lines
"""
