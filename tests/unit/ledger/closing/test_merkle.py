"""The tree of the day: RFC 6962, checked against its published vectors and against itself."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.decide.merkle import leaf_hash, path_of, root_from, root_of

RFC_LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
RFC_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
}

leaves = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize(("size", "root"), RFC_ROOTS.items())
def test_the_published_vectors_hold(size, root):
    assert root_of(RFC_LEAVES[:size]).hex() == root


@given(leaves, st.data())
def test_every_entry_has_a_proof_that_leads_to_the_root(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    hashes = [leaf_hash(entry) for entry in entries]
    assert root_from(hashes[index], index, len(entries), path_of(hashes, index)) == root_of(entries)


@given(leaves, st.data())
def test_another_entry_does_not_lead_to_the_root(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    hashes = [leaf_hash(entry) for entry in entries]
    forged = hashlib.sha256(b"forged").digest()
    assert root_from(forged, index, len(entries), path_of(hashes, index)) != root_of(entries)


@given(leaves, st.data())
def test_a_path_of_the_wrong_length_is_refused(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    path = path_of([leaf_hash(entry) for entry in entries], index)
    with pytest.raises(ValueError, match="too long"):
        root_from(leaf_hash(entries[index]), index, len(entries), (*path, bytes(32)))
