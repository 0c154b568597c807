"""The commands around rule packs (规则包命令): adjudicate a file, lint and compare packs, write the rule book."""

import sys
from typing import Annotated

import typer

from services.adjudication.decide.figure import PackError
from services.adjudication.offline.stream import adjudicate

app = typer.Typer(no_args_is_help=True, add_completion=False, help="待遇核定与规则包")

PackOption = Annotated[str | None, typer.Option("--pack", metavar="DIR|ID", help="规则包目录, 名称或编号")]


@app.command("adjudicate")
def adjudicate_command(pack: PackOption = None) -> None:
    """离线核定: 从标准输入逐行读取案例 (NDJSON), 逐行输出结果."""
    try:
        counts = adjudicate(sys.stdin.buffer, sys.stdout.buffer, pack)
    except PackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"核定 {counts.approved}, 不予支付 {counts.denied}, 输入错误 {counts.errors}", err=True)
