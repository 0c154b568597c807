"""The counter of enrollment."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.enrollment.__main__ import SERVICE
from tests.service.counter import opened
from tests.service.enrollment.given import FIRST_DAY, Desk
from tests.templates import Migrated


@pytest.fixture
async def desk(migrated: Migrated, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(SERVICE, migrated, tmp_path, FIRST_DAY) as at:
        yield Desk(at.client, at.issuer, at.runtime.log, at.database)
