"""Some automatic approvals are looked at afterwards; anybody can repeat the draw (抽查)."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from services.adjudication.decide.judgement import judge
from services.adjudication.decide.sampling import SAMPLED, Lot, publication
from tests.unit.adjudication_service.given import FACTS, PACK, RULES, claim, line

LOT = Lot.of(publication("2017-03", "ab" * 32).decode())


@given(st.text(min_size=1, max_size=64, alphabet=st.characters(codec="ascii", categories=["L", "N"])))
def test_the_draw_is_the_hash_of_seed_and_number(number: str) -> None:
    expected = int(hashlib.sha256(("ab" * 32 + number).encode()).hexdigest(), 16) % 10_000
    assert LOT.draw(number) == expected


def test_a_draw_below_the_rate_of_its_amount_samples_the_claim_and_holds_nothing_up() -> None:
    drawn = judge(claim(), FACTS._replace(lot=LOT.id, draw=499), PACK, RULES, "no")
    assert (drawn.outcome, drawn.findings) == ("approved", (SAMPLED,))


def test_a_draw_at_the_rate_samples_nothing() -> None:
    assert judge(claim(), FACTS._replace(lot=LOT.id, draw=500), PACK, RULES, "no").findings == ()


def test_a_small_claim_is_sampled_at_the_smaller_rate() -> None:
    small = claim("C1", line(900_000))
    rates = [judge(small, FACTS._replace(lot=LOT.id, draw=draw), PACK, RULES, "no").findings for draw in (99, 100)]
    assert rates == [(SAMPLED,), ()]


def test_what_people_have_reviewed_is_not_sampled() -> None:
    reviewed = judge(claim("C1", line(5_000_000)), FACTS._replace(lot=LOT.id, draw=0), PACK, RULES, "approved")
    assert reviewed.findings == ()
