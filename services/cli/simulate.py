"""政策测算: what the fund would pay under another rule pack, for recorded claims or for a file of cases."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from contracts.envelope import SHARDS
from contracts.money import half_up, yuan
from services.adjudication.decide.case import Case, CaseError
from services.adjudication.offline.budget import budgets, concerned
from services.adjudication.offline.chart import NoChartsError, draw
from services.adjudication.offline.commands import find_pack
from services.adjudication.offline.recorded import Span, compare
from services.adjudication.offline.simulate import Simulation, add_up, simulate
from services.adjudication.offline.stream import case_of, lines_of
from services.adjudication.packs import shipped
from services.cli.audit.log.source import Archive, Feeds, LogSource
from services.cli.fetch import Token

app = typer.Typer(add_completion=False)

_WIDEST = 1_000
"""Columns of text."""

KINDS = {"all": "合计", "layer": "层次", "level": "机构级别", "tag": "身份", "decile": "自付十分位"}


@app.command("simulate")
def simulate_command(
    pack: Annotated[str, typer.Option("--pack", metavar="DIR|ID", help="新规则包: 目录, 名称或编号")],
    against: Annotated[
        str | None, typer.Option(metavar="DIR|ID", help="案例的原规则包, 默认为同名的现行规则包")
    ] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="待遇日期, 起")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="待遇日期, 止")] = None,
    archive: Annotated[
        Path | None, typer.Option(help="归档目录 (claims archive)", file_okay=False, exists=True)
    ] = None,
    feed: Annotated[str | None, typer.Option(help="待遇核定服务的地址")] = None,
    ledger: Annotated[str | None, typer.Option(help="基金账服务的地址, 读取下达的预算")] = None,
    token: Token = "",
    budget: Annotated[str | None, typer.Option(help="基金预算, 元; 代替日志中下达的预算")] = None,
    chart: Annotated[Path | None, typer.Option(help="图表文件, .html 或 .png")] = None,
) -> None:
    """政策测算: 已核定的费用 (--archive 或 --feed), 或标准输入的案例 (NDJSON), 在新规则包之下要支付多少."""
    new = find_pack(pack)
    span = Span(first and first.date(), last and last.date())
    if first is not None and last is not None and last < first:
        raise typer.BadParameter("早于 --from", param_hint="--to")
    claims, books = _sources(archive, feed, ledger, token)
    if claims is None:
        outcome = simulate(_cases(new.name, span), find_pack(against or new.name), new)
    elif against is not None:
        raise typer.BadParameter("已核定的费用与当时的核定结果比较", param_hint="--against")
    else:
        with _reading():
            shards = (compare(claims.lines("adjudication", shard), new, span) for shard in range(SHARDS))
            outcome = add_up(chain.from_iterable(shards))
    planned = _planned(_fen(budget), books, outcome)
    notes = list(_notes(outcome, planned))
    title = f"政策测算 {new.name} {new.id[:12]}"
    _show(_table(outcome, title))
    for note in notes:
        typer.echo(note)
    if chart is not None:
        try:
            draw(outcome, title, notes, sum(planned.values()) if planned else None, chart)
        except (NoChartsError, OSError) as error:
            typer.echo(f"the chart cannot be drawn: {error}", err=True)
            raise typer.Exit(2) from None


def _sources(
    archive: Path | None, feed: str | None, ledger: str | None, token: str
) -> tuple[LogSource | None, LogSource | None]:
    """Give where adjudication's log is read, and where the ledger's."""
    if archive is not None and feed is not None:
        raise typer.BadParameter("--archive 与 --feed 只能给一个", param_hint="--archive")
    if archive is not None:
        return Archive(archive), Archive(archive)
    return (
        Feeds({"adjudication": feed}, token) if feed is not None else None,
        Feeds({"ledger": ledger}, token) if ledger is not None else None,
    )


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
        typer.echo(f"the logs cannot be read: {error}", err=True)
        raise typer.Exit(2) from None


def _planned(given: int | None, books: LogSource | None, outcome: Simulation) -> dict[str, int]:
    """Give the budgets, fen, by what to call them: the one that was given, or those that the ledger's log says."""
    if given is not None:
        return {"": given}
    if books is None:
        return {}
    with _reading():
        known = budgets(chain.from_iterable(books.lines("ledger", shard) for shard in range(SHARDS)))
    assisted = any(pair.before or pair.after for name, pair in outcome.of("layer") if name == "assistance")
    bearing = concerned(known, outcome.books, assisted=assisted)
    return {f"{book} {year}年": amount for (book, year), amount in bearing.items()}


def _cases(pack: str, span: Span) -> Iterator[Case]:
    """Read the cases of a pack; a line that is none is told on the error output and left out."""
    known = shipped().keys() | {pack}
    for number, line in lines_of(sys.stdin.buffer):
        case = case_of(line, number, known)
        if isinstance(case, CaseError):
            typer.echo(f"{case.case or '-'}: {case.code} {case.field}: {case.message}", err=True)
        elif case.pack == pack and span.has(case.on):
            yield case


def _table(outcome: Simulation, title: str) -> Table:
    table = Table("分组", title=title)
    table.add_column(overflow="fold")
    for head in ("人次", "原核定 (元)", "已追回 (元)", "原支付 (元)", "新支付 (元)", "变化 (元)", "变化"):
        table.add_column(head, justify="right")
    for kind, term in KINDS.items():
        for name, pair in outcome.of(kind):
            change = pair.after - pair.before
            percent = _percent(change, pair.before) if pair.before else "-"
            decided = yuan(pair.before + pair.taken), yuan(pair.taken)
            paid = yuan(pair.before), yuan(pair.after)
            table.add_row(term, name, f"{pair.cases:,}", *decided, *paid, yuan(change), percent)
        table.add_section()
    return table


def _show(table: Table) -> None:
    """Print the table; on a narrow screen its rows break, for an amount is never cut short."""
    console = Console()
    whole = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
    console.width = max(console.width, whole)
    console.print(table)


def _notes(outcome: Simulation, planned: Mapping[str, int]) -> Iterator[str]:
    if any(pair.taken for _, pair in outcome.of("all")):
        yield "原支付 = 原核定 - 已追回 (申诉成立后退还的不计); 新支付已扣除同样的追回, 以新核定的金额为限"
    yield f"个人负担减少 {outcome.winners:,} 人次, 增加 {outcome.losers:,}, 不变 {outcome.unchanged:,}"
    if planned:
        budget, named = sum(planned.values()), " + ".join(name for name in planned if name)
        before = budget - sum(pair.before for _, pair in outcome.of("all"))
        after = budget - sum(pair.after for _, pair in outcome.of("all"))
        yield f"预算 {yuan(budget)} 元{f' ({named})' if named else ''}, 结余: 原 {yuan(before)}, 新 {yuan(after)}"


def _fen(written: str | None) -> int | None:
    if written is None:
        return None
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", written, re.ASCII):
        raise typer.BadParameter(f"{written}: 不是以元为单位的金额", param_hint="--budget")
    return int(Decimal(written).scaleb(2))


def _percent(part: int, whole: int) -> str:
    tenths = half_up(part * 1_000, whole)
    sign = "-" if tenths < 0 else "+"
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%"
