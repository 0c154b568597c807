"""A counterfactual month: the same claims under another rule pack, and what the fund would have moved."""

from datetime import date

import orjson
import pytest
from typer.testing import CliRunner

from services.adjudication.decide.pack import Pack, parse_pack
from services.adjudication.packs import shipped
from services.cli.audit import app
from services.cli.audit.otherwise import LAYERS, Otherwise, UnknownPackError, otherwise
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from tests.unit.cli.audit.books import SIGNER
from tests.unit.cli.audit.history import History
from tests.unit.cli.audit.logs import Logs

DAYS = (date(2017, 3, 1), date(2017, 4, 3))
BOOK = "340706-390"
PACK = "340706-resident"


@pytest.fixture(scope="module")
def logs() -> Logs:
    """Two days in two months, everything paid on the day of its decision."""
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    history = History(county(7, people=20, stays=4, visits=16, days=DAYS, plot=plot))
    history.write()
    return history.scribe.logs


def twice_the_deductible() -> Pack:
    """The shipped pack, but every deductible is twice as high."""
    content = orjson.loads(shipped()[PACK].content)
    for name, parameter in content["parameters"].items():
        if name.startswith("deductible."):
            for value in parameter["values"]:
                value["value"] *= 2
    return parse_pack(orjson.dumps(content))


def told(logs: Logs, pack: Pack) -> Otherwise:
    return otherwise(logs, pack, lambda *_: None)


def total(outcome: Otherwise, side: str) -> int:
    return sum(getattr(moved, side) for moved in outcome.movements.values())


def spent(outcome: Otherwise, side: str) -> int:
    """Expense of all books and months by their statements, without what one book takes over from another."""
    return sum(getattr(cell, side) for cell in outcome.cells if cell.line == "e1")


def test_under_the_same_pack_nothing_comes_out_otherwise(logs: Logs) -> None:
    same = told(logs, shipped()[PACK])
    assert (same.changed, total(same, "after")) == (0, total(same, "before"))


def test_under_the_same_pack_every_line_of_the_statement_is_the_same(logs: Logs) -> None:
    assert all(cell.before == cell.after for cell in told(logs, shipped()[PACK]).cells)


def test_a_higher_deductible_moves_less_of_the_fund(logs: Logs) -> None:
    outcome = told(logs, twice_the_deductible())
    assert outcome.changed > 0
    assert total(outcome, "after") < total(outcome, "before")


def test_movements_are_told_by_book_month_and_layer(logs: Logs) -> None:
    outcome = told(logs, twice_the_deductible())
    assert set(outcome.movements) == {(BOOK, month, layer) for month in ("2017-03", "2017-04") for layer in LAYERS}


def test_the_statement_spends_less_by_what_the_decisions_pay_less(logs: Logs) -> None:
    outcome = told(logs, twice_the_deductible())
    less = total(outcome, "before") - total(outcome, "after")
    assert spent(outcome, "before") - spent(outcome, "after") == less


def test_the_surplus_of_a_month_opens_the_next_one(logs: Logs) -> None:
    cells = {(cell.book, cell.month, cell.line): cell for cell in told(logs, twice_the_deductible()).cells}
    march, april = cells[BOOK, "2017-03", "e1"], cells[BOOK, "2017-04", "9"]
    assert april.after - april.before == march.before - march.after


def test_a_pack_that_the_logs_do_not_know_is_refused(logs: Logs) -> None:
    content = orjson.loads(shipped()[PACK].content) | {"name": "999999-resident", "region": "999999"}
    with pytest.raises(UnknownPackError):
        told(logs, parse_pack(orjson.dumps(content)))


def test_the_command_audits_an_archive_and_says_what_would_be_otherwise(logs: Logs, tmp_path) -> None:
    for (service, shard), lines in logs.rows.items():
        (tmp_path / service).mkdir(exist_ok=True)
        (tmp_path / service / f"{shard}.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))
    (tmp_path / "key.pem").write_text(SIGNER.public_pem())
    (tmp_path / "pack.json").write_bytes(twice_the_deductible().content)
    asked = ["--keys", str(tmp_path / "key.pem"), "--archive", str(tmp_path), "--pack", str(tmp_path / "pack.json")]
    said = orjson.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert (said["differences"], said["otherwise"]["changed"] > 0) == (0, True)
