"""Ids are those that the standard library makes, only faster."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import derived, uuid_of


@given(st.uuids())
def test_an_id_is_read_as_the_standard_library_reads_it(number: UUID) -> None:
    assert (uuid_of(str(number)), uuid_of(str(number)).is_safe) == (number, number.is_safe)


@given(st.uuids(), st.text())
def test_an_id_is_derived_as_the_standard_library_derives_it(cause: UUID, name: str) -> None:
    assert derived(cause, name) == uuid5(cause, name)
