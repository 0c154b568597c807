"""A simulation shows what is left of the approved budget (预算): the newest one, of the books that pay."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.attachments import Attachment
from contracts.envelope import Body, shard_of
from contracts.ledger import BudgetLine, BudgetSet
from services.adjudication.decide.facts import Facts
from services.adjudication.offline.budget import budgets, concerned
from services.cli.pack import app
from tests.unit.adjudication_service.given import BOOK, FACTS, PACK, PERSON, claim
from tests.unit.adjudication_service.test_simulation import lines, recorded

DOCUMENT = Attachment(name="预算批复.pdf", digest="0" * 64)


def approved(book: str = BOOK, year: int = 2017, **fen: int) -> BudgetSet:
    """An approved budget; lines of the 收支表 as ``e1`` or ``e1_2``."""
    planned = tuple(BudgetLine(line=line.replace("_", "."), amount=amount) for line, amount in fen.items())
    return BudgetSet(book=book, year=year, document=DOCUMENT, lines=planned)


def archive(directory: Path, service: str, bodies: list[Body]) -> None:
    file = directory / service / f"{shard_of(PERSON)}.ndjson"
    file.parent.mkdir()
    file.write_bytes(b"".join(line + b"\n" for line in lines(bodies)))


def test_a_budget_of_benefits_is_what_is_planned_for_benefits_and_critical_illness() -> None:
    assert budgets(lines([approved(e1=700, e2=50, e4=900)])) == {(BOOK, 2017): 750}


def test_parts_count_where_the_whole_is_not_planned() -> None:
    assert budgets(lines([approved(e1_1=400, e1_2=300)])) == {(BOOK, 2017): 700}


def test_a_later_budget_takes_the_place_of_an_earlier_one() -> None:
    assert budgets(lines([approved(e1=700), approved(e1=800)])) == {(BOOK, 2017): 800}


@pytest.mark.parametrize(("assisted", "bearing"), [(True, {BOOK, "340706-610"}), (False, {BOOK})])
def test_the_assistance_book_of_the_area_bears_its_part_if_there_is_one_and_other_books_and_years_do_not(
    assisted: bool, bearing: set[str]
) -> None:
    known = {(BOOK, 2017): 1, ("340706-610", 2017): 2, (BOOK, 2016): 4, ("340706-310", 2017): 8}
    assert concerned(known, [(BOOK, 2017)], assisted=assisted).keys() == {(book, 2017) for book in bearing}


@pytest.mark.parametrize(("facts", "budget"), [(FACTS, "20,000.00"), (FACTS._replace(tags=("poor",)), "25,000.00")])
def test_the_command_adds_the_budget_of_assistance_where_assistance_is_paid(
    tmp_path: Path, facts: Facts, budget: str
) -> None:
    archive(tmp_path, "adjudication", recorded((claim(), facts)))
    archive(tmp_path, "ledger", [approved(e1=2_000_000), approved("340706-610", e1=500_000)])
    result = CliRunner().invoke(app, ["simulate", "--pack", PACK.name, "--archive", str(tmp_path)])
    assert result.stdout.splitlines()[-1].startswith(f"预算 {budget} 元")


def test_the_command_finds_the_budget_in_the_archive(tmp_path: Path) -> None:
    archive(tmp_path, "adjudication", recorded(claim()))
    archive(tmp_path, "ledger", [approved(e1=2_000_000)])
    result = CliRunner().invoke(app, ["simulate", "--pack", PACK.name, "--archive", str(tmp_path)])
    assert result.stdout.splitlines()[-1] == "预算 20,000.00 元 (340706-390 2017年), 结余: 原 8,875.00, 新 8,875.00"


def test_a_budget_that_is_given_takes_the_place_of_the_one_in_the_archive(tmp_path: Path) -> None:
    archive(tmp_path, "adjudication", recorded(claim()))
    archive(tmp_path, "ledger", [approved(e1=2_000_000)])
    arguments = ["simulate", "--pack", PACK.name, "--archive", str(tmp_path), "--budget", "12000"]
    result = CliRunner().invoke(app, arguments)
    assert result.stdout.splitlines()[-1] == "预算 12,000.00 元, 结余: 原 875.00, 新 875.00"


def test_without_a_budget_none_is_shown(tmp_path: Path) -> None:
    archive(tmp_path, "adjudication", recorded(claim()))
    result = CliRunner().invoke(app, ["simulate", "--pack", PACK.name, "--archive", str(tmp_path)])
    assert "预算" not in result.stdout
