"""The commands around rule packs (规则包命令): adjudicate a file, lint and compare packs, write the rule book."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.adjudication.decide.figure import PackError
from services.adjudication.decide.pack import Pack
from services.adjudication.offline.book import book
from services.adjudication.offline.cases import CaseFileError, read_examples
from services.adjudication.offline.diff import diff
from services.adjudication.offline.lint import lint
from services.adjudication.offline.stream import adjudicate, known_packs
from services.adjudication.packs import load_pack, shipped

adjudicate_app = typer.Typer(add_completion=False)
pack_app = typer.Typer(no_args_is_help=True, add_completion=False, help="规则包: 检查, 比较, 手册")

CASES = Path("tests/cases")

PackName = Annotated[str, typer.Argument(metavar="DIR|ID")]
PackOption = Annotated[str | None, typer.Option("--pack", metavar="DIR|ID", help="规则包目录, 名称或编号")]


@adjudicate_app.command("adjudicate")
def adjudicate_command(pack: PackOption = None) -> None:
    """离线核定: 从标准输入逐行读取案例 (NDJSON), 逐行输出结果."""
    try:
        counts = adjudicate(sys.stdin.buffer, sys.stdout.buffer, pack)
    except BrokenPipeError:
        raise  # nobody reads on: the end of the command, not an error
    except (PackError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"核定 {counts.approved}, 不予支付 {counts.denied}, 输入错误 {counts.errors}", err=True)


@pack_app.command("lint")
def lint_command(
    names: Annotated[list[str] | None, typer.Argument(metavar="[DIR|ID]...")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="设定的数值也算错误")] = False,
    cases: Annotated[Path, typer.Option(help="案例目录", exists=True, file_okay=False)] = CASES,
) -> None:
    """检查规则包: 来源, 覆盖, 单调, 连续, 口径, 变异."""
    failed = False
    for pack in [find_pack(name) for name in names] if names else shipped().values():
        try:
            examples = read_examples(cases / pack.name)
        except (PackError, CaseFileError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from error
        findings = lint(pack, examples, strict=strict)
        for finding in findings:
            mark = "错误" if finding.error else "提示"
            typer.echo(f"{pack.name}: {mark} {finding.code} {finding.place}: {finding.message}")
        errors = sum(finding.error for finding in findings)
        typer.echo(f"{pack.name}: {errors} 个错误, {len(findings) - errors} 个提示")
        failed = failed or errors > 0
    raise typer.Exit(1 if failed else 0)


@pack_app.command("diff")
def diff_command(old: PackName, new: PackName) -> None:
    """比较两个规则包的每个数值."""
    for change in diff(find_pack(old), find_pack(new)):
        typer.echo(str(change))


@pack_app.command("book")
def book_command() -> None:
    """输出规则手册 (docs/rules.md)."""
    typer.echo(book(shipped().values()), nl=False)


def find_pack(name: str) -> Pack:
    """Find one pack by directory, name or the start of its id; otherwise end with a sentence."""
    try:
        if Path(name).is_dir():
            return load_pack(Path(name))
        known = known_packs(name)
    except PackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    return next(pack for pack in known.values() if pack.name == name or pack.id.startswith(name))


app = typer.Typer(no_args_is_help=True, add_completion=False, help="待遇核定与规则包")
app.add_typer(adjudicate_app)
app.add_typer(pack_app, name="pack")
