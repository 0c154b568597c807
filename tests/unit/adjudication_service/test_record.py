"""A person's record as it was before a claim counted: the claims approved before it, and no other (个人档案)."""

from datetime import date
from uuid import UUID

from contracts.claims import Counted
from services.adjudication.model import Placed, Record, Stay, Year
from tests.unit.adjudication_service.given import BOOK


def placed(basic: int, year: int = 2017, account: int = 0) -> Placed:
    counted = Counted(
        year=year, basic=basic, own_in_scope=0, supplement=0, assistance=0, outpatient=0, chronic=0, disease=None
    )
    return Placed(BOOK, UUID(int=basic), basic, counted, account)


def stay(claim: str) -> Stay:
    return Stay(claim, None, date(2017, 1, 1), date(2017, 1, 2), approved=True)


def record() -> Record:
    """Three claims of one year, approved in this order, and one of the year before."""
    claims = {"C0": placed(1, 2016), "C1": placed(10), "C2": placed(200, account=7), "C3": placed(3_000)}
    return Record(
        years={(BOOK, 2017): Year(basic=3_210)},
        balances={BOOK: 5},
        stays=[stay("C1"), stay("C3"), stay("P")],
        placed=claims,
    )


def test_the_year_is_what_was_approved_before_counts() -> None:
    assert record().before("C2").year(BOOK, 2017) == Year(basic=10)


def test_the_account_has_what_the_claim_itself_took() -> None:
    assert record().before("C2").balances[BOOK] == 12


def test_stays_of_later_claims_are_left_out_and_pended_ones_stay() -> None:
    assert [kept.claim for kept in record().before("C2").stays] == ["C1", "P"]


def test_a_claim_that_was_never_approved_comes_after_all() -> None:
    assert record().before("C4").year(BOOK, 2017) == Year(basic=3_210)
