"""The bank's lines beside ours: key first, then amount, and never a guess that has a rival."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.decide.matching import Rule, fits, match
from services.ledger.decide.reconciliation import Later, reconcile
from services.ledger.records import Item

DAY = date(2017, 3, 1)
KEY = Rule("key", "key", 31, 1, auto=True)
ONE = Rule("same_amount", "amount", 3, 1, auto=True)
SUM = Rule("sum", "amount", 3, 4, auto=True)
SAME_DAY = Rule("same_day", "amount", 0, 1, auto=True)
SUGGEST = Rule("sum", "amount", 3, 4, auto=False)


def item(ref, amount, *keys, days=0):
    return Item(ref, DAY + timedelta(days=days), amount, keys)


def test_the_same_key_and_the_same_amount_are_matched():
    found = match([item("b1", -500, "V1")], [item("k1", -500, "V1")], [KEY])
    assert [(m.bank, m.book, m.amount) for m in found.matches] == [(("b1",), ("k1",), -500)]


def test_many_of_ours_under_one_key_are_matched_with_one_bank_line():
    found = match([item("b1", 450, "K")], [item("k1", 150, "K"), item("k2", 300, "K", days=2)], [KEY])
    assert found.matches[0].book == ("k1", "k2")


def test_the_same_key_with_another_amount_stays_open():
    assert match([item("b1", 450, "K")], [item("k1", 400, "K")], [KEY]).matches == ()


def test_an_entry_and_its_red_correction_cancel_without_the_bank():
    found = match([], [item("k1", 100, "K"), item("k2", -100, "K", days=1)], [KEY])
    assert (found.matches[0].bank, found.matches[0].amount) == ((), 0)


def test_a_key_beyond_the_drift_is_not_matched():
    assert match([item("b1", 100, "K")], [item("k1", 100, "K", days=40)], [KEY]).matches == ()


def test_one_amount_alone_on_both_sides_is_matched_within_the_drift():
    found = match([item("b1", 100)], [item("k1", 100, days=3)], [ONE])
    assert found.matches[0].rule == "same_amount"


def test_two_possible_partners_are_left_to_a_person():
    assert match([item("b1", 100)], [item("k1", 100), item("k2", 100)], [ONE]).matches == ()


def test_two_bank_lines_for_one_of_ours_are_left_to_a_person():
    assert match([item("b1", 100), item("b2", 100)], [item("k1", 100)], [ONE]).matches == ()


def test_one_bank_line_is_the_sum_of_several_of_ours():
    found = match([item("b1", -70)], [item("k1", -30), item("k2", -40), item("k3", 99)], [SUM])
    assert found.matches[0].book == ("k1", "k2")


def test_several_bank_lines_are_one_of_ours():
    found = match([item("b1", 30), item("b2", 40)], [item("k1", 70)], [SUM])
    assert (found.matches[0].bank, found.matches[0].book) == (("b1", "b2"), ("k1",))


def test_a_rule_that_only_suggests_matches_nothing():
    found = match([item("b1", -70)], [item("k1", -30), item("k2", -40)], [SUGGEST])
    assert (found.matches, len(found.suggestions)) == ((), 1)


def test_the_one_line_of_its_amount_is_found_among_many_others():
    book = [item(f"k{n}", n) for n in range(1, 61)]
    found = match([item("b1", 60)], book, [SAME_DAY])
    assert [(m.bank, m.book) for m in found.matches] == [(("b1",), ("k60",))]


@given(st.lists(st.integers(1, 12), max_size=9), st.integers(1, 30))
def test_a_sum_is_suggested_exactly_where_one_set_of_lines_comes_to_it(amounts, total):
    book = [item(f"k{n}", amount) for n, amount in enumerate(amounts)]
    ways = [some for size in range(1, 5) for some in combinations(book, size) if sum(i.amount for i in some) == total]
    found = match([item("b1", total)], book, [SUGGEST]).suggestions
    assert [m.book for m in found if m.bank == ("b1",)] == ([tuple(i.ref for i in ways[0])] if len(ways) == 1 else [])


def table(bank, book, later_bank=(), later_book=()):
    answers = reconcile("A", DAY, (0, 0), bank, book, Later(later_bank, later_book), {})
    return {one.item.ref: one.explained for one in answers.timing}


def test_a_later_item_explains_one_open_item_and_not_two():
    two = [item("b1", 100, "K"), item("b2", 100, "K")]
    one = [item("k1", 100, "K", days=1)]
    assert table(two, [], later_book=one) == {"b1": DAY + timedelta(days=1), "b2": None}


def test_what_is_explained_does_not_hang_on_the_order_in_which_it_is_read():
    ours = [item("k1", 100, "A"), item("k2", 100, "B")]
    later = [item("b1", 100, "A", "B", days=1), item("b2", 100, "A", days=2)]
    assert table([], ours, later_bank=later) == table([], ours[::-1], later_bank=later[::-1])


@given(st.lists(st.sampled_from(["A", "B", "C"]), max_size=5), st.data())
def test_who_knows_of_more_later_items_explains_no_less(keys, data):
    ours = [item(f"k{n}", 1, key) for n, key in enumerate(keys)]
    several = st.lists(st.sets(st.sampled_from(["A", "B", "C"]), min_size=1), max_size=6)
    later = [item(f"b{n}", 1, *sorted(of), days=n % 3 + 1) for n, of in enumerate(data.draw(several))]
    some = [one for one in later if data.draw(st.booleans())]
    known, more = (table([], ours, later_bank=those) for those in (some, later))
    assert sum(map(bool, known.values())) <= sum(map(bool, more.values()))
    assert all(more.values()) or not all(known.values())


@pytest.mark.parametrize(
    ("rule", "bank", "book"),
    [
        (KEY, [item("b1", 100, "A")], [item("k1", 100, "B")]),
        (KEY, [item("b1", 100, "A")], [item("k1", 90, "A")]),
        (KEY, [item("b1", 100, "A")], [item("k1", 100, "A", days=32)]),
        (SAME_DAY, [item("b1", 100)], [item("k1", 100, days=1)]),
        (SAME_DAY, [item("b1", 100)], [item("k1", 60), item("k2", 40)]),
        (SAME_DAY, [item("b1", 0)], []),
        (SUGGEST, [item("b1", 100)], [item("k1", 60), item("k2", 40)]),
        (SUM, [], []),
    ],
)
def test_no_rule_is_sure_of_these(rule, bank, book):
    assert not fits(rule, bank, book)


items = st.lists(
    st.builds(
        lambda amount, key, days: (amount, key, days),
        st.integers(-5, 5).filter(bool),
        st.sampled_from(["", "A", "B"]),
        st.integers(0, 4),
    ),
    max_size=7,
)


def test_the_parts_of_a_sum_lie_near_the_one_they_make_not_near_each_other():
    bank, book = [item("b1", 1), item("b2", 1, days=4)], [item("k1", 2, days=1)]
    (found,) = match(bank, book, [SUM]).matches
    assert fits(SUM, bank, book) == (found.bank == ("b1", "b2"))
    assert not fits(SUM, [bank[0], item("b2", 1, days=5)], book)


@given(items, items)
def test_what_is_matched_sums_to_the_same_on_both_sides_and_is_used_once(left, right):
    bank = [item(f"b{n}", a, *([k] if k else []), days=d) for n, (a, k, d) in enumerate(left)]
    book = [item(f"k{n}", a, *([k] if k else []), days=d) for n, (a, k, d) in enumerate(right)]
    amounts = {i.ref: i.amount for i in bank + book}
    found = match(bank, book, [KEY, ONE, SUM]).matches
    used = Counter(ref for m in found for ref in m.bank + m.book)
    sums = [(sum(amounts[r] for r in m.bank), sum(amounts[r] for r in m.book)) for m in found]
    assert all(left == right for left, right in sums)
    assert all(count == 1 for count in used.values())
    by_ref = {i.ref: i for i in bank + book}
    by_name = {rule.name: rule for rule in (KEY, ONE, SUM)}
    assert all(fits(by_name[m.rule], [by_ref[r] for r in m.bank], [by_ref[r] for r in m.book]) for m in found)
