"""Seals and receipts as pure values: the same day gives the same bytes, and any change is seen."""

from contextlib import suppress
from datetime import date
from uuid import UUID, uuid5

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import canonical
from contracts.closing import NO_SEAL, DayClosed, OwnHead
from services.ledger.decide.merkle import leaf_hash
from services.ledger.decide.numbering import entry_bytes, number_vouchers
from services.ledger.decide.receipt import ReceiptRefusedError, ReceiptTooLargeError, receipt_of, verify_receipt
from services.ledger.decide.seal import (
    Closed,
    Evidence,
    SealHead,
    Tree,
    digest_of,
    seal_bytes,
    seal_of,
    sealed,
    tree_of,
)
from services.ledger.decide.signature import Signer, kid_of
from services.ledger.model import Entry, Line

DAY = date(2017, 3, 1)
CAUSE = UUID(int=7)
GOLDEN_LEAF = "d537a995622e34c928f1bbc7c6b833991c3df268ec05b7b076da59e8bbc6fd0f"


def entry(n: int, book: str = "340706-390", template: str = "T08") -> Entry:
    key = uuid5(CAUSE, f"{template}/{book}/{n}")
    claim = f"BX{n:010}"
    lines = (
        Line("5001-住院", "D", 1_000, person=f"P{n}", provider="H34070600001", batch="B1", claim=claim),
        Line("1004", "C", 1_000, batch="B1", bank_account=f"{book}-OUT", bank_key="V1", claim=claim),
    )
    return Entry(
        key, book, DAY, DAY, template, CAUSE, "payment", "PaymentConfirmed", n, f"支付待遇 {claim}", None, lines
    )


def in_full(claim: str, account: str, side: str, amount: int) -> Line:
    """A line of a bank batch with all that it may say of whom it concerns."""
    batch, bank = "340706-390-20170301-003", "340706-390-OUT"
    money = (bank, batch) if account == "1004" else (None, None)
    return Line(account, side, amount, "P000000001", "H34070600001", batch, *money, claim)


def seal(tree: Tree) -> tuple[Closed, Signer]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signer = Signer(kid_of(key.public_key()), key)
    evidence = Evidence(DAY, 1, NO_SEAL, (), (), (), (), ())
    return sealed(seal_of(tree, evidence, "zhao"), "qian", (), signer), signer


@given(st.permutations(range(8)))
def test_the_root_does_not_depend_on_the_order_of_arrival(order):
    assert tree_of([entry(n) for n in order]) == tree_of([entry(n) for n in range(8)])


@given(st.permutations(range(8)))
def test_voucher_numbers_do_not_depend_on_the_order_of_arrival(order):
    numbers = number_vouchers([entry(n) for n in order], {"340706-390": 5})
    assert numbers == number_vouchers([entry(n) for n in range(8)], {"340706-390": 5})


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["340706-390", "340706-610"])), unique=True))
def test_voucher_numbers_have_no_gap_within_a_book(chosen):
    numbers = number_vouchers([entry(n, book) for n, book in chosen], {})
    for book in ("340706-390", "340706-610"):
        mine = sorted(numbers[entry(n, b).id] for n, b in chosen if b == book)
        assert mine == list(range(1, len(mine) + 1))


def test_the_bytes_of_an_entry_are_these_for_ever():
    assert leaf_hash(entry_bytes(entry(1))).hex() == GOLDEN_LEAF


def test_the_digest_leaves_out_what_the_checker_adds():
    closed, _ = seal(tree_of([entry(1)]))
    assert digest_of(closed) == digest_of(closed.model_copy(update={"checker": "nobody", "signature": ""}))


def test_a_seal_that_states_no_heads_is_written_as_before_seals_stated_them():
    closed, _ = seal(tree_of([entry(1)]))

    assert b"heads" not in closed.canonical()


def test_the_digest_leaves_out_where_the_log_stands_when_the_checker_seals():
    closed, signer = seal(tree_of([entry(1)]))

    assert digest_of(sealed(closed, "qian", [OwnHead(shard=0, seq=1, hash="a" * 64)], signer)) == digest_of(closed)


def test_where_the_log_stood_is_signed():
    closed, signer = seal(tree_of([entry(1)]))
    stated = sealed(closed, "qian", [OwnHead(shard=0, seq=1, hash="a" * 64)], signer)

    assert seal_bytes(stated) != seal_bytes(stated.model_copy(update={"heads": ()}))


def test_another_figure_changes_what_is_signed():
    closed, _ = seal(tree_of([entry(1)]))
    assert seal_bytes(closed) != seal_bytes(closed.model_copy(update={"lines": 3}))


def test_a_receipt_out_of_a_hundred_thousand_entries_fits_on_a_slip():
    claim = "CLM-20170301-00000001"
    lines = [("5001-住院", "D", 987_654_321), ("1101-大病承办", "D", 7_654_321), ("1101-医疗救助", "D", 654_321)]
    lines.append(("1004", "C", sum(amount for _, _, amount in lines)))
    mine = entry(1)._replace(summary=f"支付待遇 {claim}", lines=tuple(in_full(claim, *line) for line in lines))
    others = tuple(leaf_hash(n.to_bytes(4, "big")) for n in range(131_071))
    tree = Tree((leaf_hash(entry_bytes(mine)), *others), 0)
    closed, signer = seal(tree)
    receipt = receipt_of(claim, mine, tree.leaves, closed)
    assert verify_receipt(receipt, {signer.kid: signer.key.public_key()}).claim == claim


def test_a_receipt_that_would_not_fit_is_not_written():
    mine = entry(1)._replace(lines=tuple(in_full(f"CLM-20170301-{n:08}", "1004", "C", n + 1) for n in range(60)))
    closed, _ = seal(tree_of([mine]))
    with pytest.raises(ReceiptTooLargeError, match="its entry has 60 lines"):
        receipt_of("CLM-20170301-00000001", mine, [leaf_hash(entry_bytes(mine))], closed)


def test_a_receipt_for_another_claim_is_refused():
    tree = tree_of([entry(1), entry(2)])
    closed, signer = seal(tree)
    receipt = receipt_of("BX0000000002", entry(1), tree.leaves, closed)
    with pytest.raises(ReceiptRefusedError, match="pays nothing for claim BX0000000002"):
        verify_receipt(receipt, {signer.kid: signer.key.public_key()})


def test_a_receipt_under_a_key_that_is_not_trusted_is_refused():
    tree = tree_of([entry(1)])
    closed, signer = seal(tree)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    with pytest.raises(ReceiptRefusedError, match="not signed by a key"):
        verify_receipt(receipt_of("BX0000000001", entry(1), tree.leaves, closed), {signer.kid: stranger})


def test_an_entry_that_only_says_what_is_owed_is_no_proof_of_a_payment():
    owed = entry(1)._replace(book="340706-390-memo", template="M01")
    lines = (owed.lines[0], owed.lines[1]._replace(account="M应付待遇", bank_account=None, bank_key=None))
    tree = tree_of([owed._replace(lines=lines)])
    closed, signer = seal(tree)
    receipt = receipt_of("BX0000000001", owed._replace(lines=lines), tree.leaves, closed)
    with pytest.raises(ReceiptRefusedError, match="pays nothing for claim BX0000000001"):
        verify_receipt(receipt, {signer.kid: signer.key.public_key()})


STRANGE = [None, [], {}, "?", -1, 1.5, [[]], {"a": []}]


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    "place",
    [
        *[("receipt",), ("claim",), ("entry",), ("every",), ("index",), ("path",), ("seal",), ("signature",)],
        *[("seal", name) for name in SealHead._fields],
        *[("entry", "lines"), ("entry", "business_date"), ("entry", "lines", 1), ("entry", "lines", 1, "amount")],
    ],
)
def test_a_receipt_with_something_strange_in_it_is_refused(place, strange):
    tree = tree_of([entry(1)])
    closed, signer = seal(tree)
    receipt = orjson.loads(receipt_of("BX0000000001", entry(1), tree.leaves, closed))
    within = receipt
    for name in place[:-1]:
        within = within[name]
    within[place[-1]] = strange
    with suppress(ValueError, TypeError, KeyError, AttributeError):  # it stands under its root, as far as it can
        said = receipt["entry"] | {"lines": [receipt["every"] | line for line in receipt["entry"]["lines"]]}
        receipt["seal"] |= {} if place == ("seal", "root") else {"root": leaf_hash(canonical(said)).hex()}
    with pytest.raises(ReceiptRefusedError):
        verify_receipt(orjson.dumps(receipt), {signer.kid: signer.key.public_key()})


@given(st.data())
def test_a_receipt_with_any_byte_changed_is_refused(data):
    tree = tree_of([entry(n) for n in range(5)])
    closed, signer = seal(tree)
    receipt = bytearray(receipt_of("BX0000000003", entry(3), tree.leaves, closed))
    place = data.draw(st.integers(0, len(receipt) - 1))
    receipt[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != receipt[place]))
    with pytest.raises(ReceiptRefusedError):
        verify_receipt(bytes(receipt), {signer.kid: signer.key.public_key()})


def test_a_seal_of_a_day_on_which_nothing_was_given_up_is_written_as_before_there_was_such_a_thing():
    closed, _ = seal(tree_of([entry(1)]))

    assert b"given_up" not in closed.canonical()
    assert DayClosed.model_validate_json(closed.canonical()) == closed
