"""A day as journals for two other engines: what people write in a summary is a summary there, and nothing else."""

from datetime import date
from typing import Any

import pytest
from beancount import loader

from contracts.closing import NO_SEAL, BookDay, DayClosed, TrialLine
from services.ledger.archive import Journal, beancount, hledger

DAY, BOOK = date(2017, 3, 1), "340706-390"


def journal(summary: str) -> Journal:
    """One entry: interest of one yuan."""
    trial = (
        TrialLine(account="1003", opening=0, debit=100, credit=0, closing=100),
        TrialLine(account="4201", opening=0, debit=0, credit=100, closing=-100),
    )
    book = BookDay(book=BOOK, entries=1, first=1, debit=100, credit=100, trial=trial)
    nothing: dict[str, Any] = dict.fromkeys(("cut", "banks", "exceptions", "checks"), ())
    closed = DayClosed(
        day=DAY,
        number=1,
        previous=NO_SEAL,
        entries=1,
        lines=2,
        books=(book,),
        root=NO_SEAL,
        maker="zhao",
        checker="qian",
        kid="k",
        signature="",
        **nothing,
    )
    lines = [{"account": "1003", "side": "D", "amount": 100}, {"account": "4201", "side": "C", "amount": 100}]
    entry = {"id": "e", "book": BOOK, "business_date": f"{DAY}", "template": "T25", "summary": summary, "lines": lines}
    return Journal([(closed, [entry])])


AWKWARD = [
    "利息\n    Assets:340706-390:1003  CNY 5.00",
    'said "so"; and\\ more',
    "a\n\n2017-03-01 * (T25) another",
    "a\u2028b\tc  d",
    " | ",
]


@pytest.mark.parametrize("summary", AWKWARD)
def test_a_summary_is_one_line_of_each_journal(summary: str) -> None:
    for write in (beancount, hledger):
        plain, awkward = ("".join(write(journal(text))).splitlines() for text in ("利息", summary))
        assert [one for one in awkward if "T25" not in one] == [one for one in plain if "T25" not in one]


@pytest.mark.parametrize("summary", AWKWARD)
def test_beancount_reads_a_day_with_an_awkward_summary(summary: str) -> None:
    assert loader.load_string("".join(beancount(journal(summary))))[1] == []
