"""What may go well later is tried again; what never will is set aside with a reason a clerk can read."""

import asyncpg
import httpx
import pytest
from aiokafka.errors import KafkaConnectionError
from pydantic import ValidationError

from contracts.catalogue import UnknownKindError
from contracts.days import DayEndCalled
from services.chassis.trouble import Refused, is_transient, reason


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        TimeoutError(),
        asyncpg.DeadlockDetectedError(),
        asyncpg.SerializationError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.AdminShutdownError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.TooManyConnectionsError(),
        asyncpg.DiskFullError(),
        asyncpg.LockNotAvailableError(),
        asyncpg.UndefinedTableError(),
        asyncpg.InsufficientPrivilegeError(),
        asyncpg.InterfaceError("connection is closed"),
        KafkaConnectionError(),
        httpx.ConnectError(""),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        Refused("NO", "no"),
        UnknownKindError("Foo version 9 is not known here"),
        asyncpg.UniqueViolationError(),
        asyncpg.CheckViolationError(),
        asyncpg.RaiseError(),
        asyncpg.NumericValueOutOfRangeError(),
        KeyError("x"),
        ZeroDivisionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_is_set_aside(error: Exception) -> None:
    assert not is_transient(error)


def test_a_refusal_is_parked_under_its_own_code_and_sentence() -> None:
    assert reason(Refused("DAY_OUT_OF_ORDER", "the end of 2017-03-02 was called")) == (
        "DAY_OUT_OF_ORDER",
        "the end of 2017-03-02 was called",
    )


def test_a_body_that_does_not_fit_is_parked_with_its_first_fault_and_without_its_values() -> None:
    with pytest.raises(ValidationError) as caught:
        DayEndCalled.model_validate({"day": "secret", "next": "2017-03-02"})

    code, sentence = reason(caught.value)

    assert code == "BAD_BODY"
    assert "day" in sentence
    assert "secret" not in sentence


def test_a_programming_fault_is_parked_under_its_own_name() -> None:
    assert reason(KeyError("no such key")) == ("FAULT", "KeyError: 'no such key'")
