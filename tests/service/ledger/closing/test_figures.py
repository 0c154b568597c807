"""The auditor adds up from the logs what the database added up for the seals: days, months, years, late answers."""

from datetime import date

from contracts.catalogue import parse
from contracts.closing import DayClosed, Seal
from contracts.envelope import SHARDS
from services.cli.audit.books.figures import Figures
from services.cli.audit.books.journal import Bookkeeper
from services.cli.audit.books.papers import Moment, Papers
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences
from services.ledger.chart import load_chart
from services.ledger.decide.charts import charts_of
from tests.service.ledger.closing.given import CHECKER, DAY1, DAY2, IN, OUT, Office, event_of
from tests.service.ledger.closing.test_matched_by_hand import a_match_by_hand
from tests.service.ledger.closing.test_periods import APRIL, NEXT, a_month_of_two_days, seal
from tests.service.ledger.closing.test_years import (
    ADVANCE,
    NEW_YEAR,
    NEXT_YEAR,
    SUBSIDY,
    a_year_with_an_advance,
    sealed,
    the_day_is_over,
)


async def audited(office: Office) -> tuple[list[str], list[str]]:
    """Book again all that the office was sent and wrote, and hold its seals against it: differences, kinds of seals."""
    found, papers, seals = Differences(), Papers(), list[tuple[Row, Seal]]()
    keeper = Bookkeeper(charts_of([(date.min, load_chart().content)]), {}, found)
    for (source, shard, day), bodies in office.sent.items():
        for seq, body in enumerate(bodies):
            keeper.post([(Row.of(source, event_of(source, shard, seq, day, body)), body)])
    for shard in range(SHARDS):
        for event in await office.log.read(shard, 0, 10_000):
            row, body = Row.of("ledger", event), parse(event)
            papers.take_in(row, body, found)
            keeper.post([(row, body)])
            if isinstance(body, Seal):
                seals.append((row, body))
    figures = Figures(keeper.days, papers, found)
    for row, body in seals:
        check = figures.day if isinstance(body, DayClosed) else figures.period
        check(row.place, body, Moment.of(row, body))
    return [str(one) for one in found.first], [body.KIND for _, body in seals]


async def answer_for_the_advance(office: Office) -> None:
    """After the day and its month were sealed, and dated back to that day."""
    await office.may_stand(OUT, "1101-医院", NEXT_YEAR)


async def test_a_month_over_whose_end_money_is_kept_adds_up_again(office: Office) -> None:
    await a_month_of_two_days(office)
    await office.may_stand(IN, "1002", APRIL)
    await seal(office, "2017-03")

    assert await audited(office) == ([], ["DayClosed", "DayClosed", "MonthClosed"])


async def test_a_month_whose_balance_was_answered_for_when_the_next_had_begun_adds_up_again(office: Office) -> None:
    await a_month_of_two_days(office)
    await office.end(APRIL, NEXT)
    await office.may_stand(IN, "1002", NEXT, day=DAY2)
    await seal(office, "2017-03")

    assert await audited(office) == ([], ["DayClosed", "DayClosed", "MonthClosed"])


async def test_a_day_with_a_match_by_hand_adds_up_again(office: Office) -> None:
    proposal = (await a_match_by_hand(office)).json()["proposal"]
    await office.post(f"/matches/{proposal}/approve", {}, "chief_accountant", CHECKER)
    await office.close(DAY1)

    assert await audited(office) == ([], ["DayClosed"])


async def test_two_years_with_closing_vouchers_of_january_and_an_advance_add_up_again(office: Office) -> None:
    await a_year_with_an_advance(office)
    await answer_for_the_advance(office)
    await sealed(office, "2017")
    await the_day_is_over(office, NEW_YEAR, NEXT_YEAR, (SUBSIDY - ADVANCE,), (0,))
    await sealed(office, "2018")

    assert await audited(office) == ([], ["DayClosed", "MonthClosed", "YearClosed"] * 2)
