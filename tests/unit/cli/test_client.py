"""Whoever speaks to an agency waits for a service that is away, but not for ever, and then says which one."""

from pathlib import Path

import pytest

from contracts.topics import SERVICES
from deploy.embedded.places import free_port
from services.chassis.tokens import Issuer
from services.cli.client import Client, TooLongError


def test_a_service_that_stays_away_is_named(tmp_path: Path) -> None:
    nobody = Client(dict.fromkeys(SERVICES, f"http://127.0.0.1:{free_port()}"), Issuer.open(tmp_path), patience=0)
    with pytest.raises(TooLongError, match="payment did not answer for 0 s"):
        nobody.get("payment", "/batches", "wu.shi", "maker")
