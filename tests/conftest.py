"""What all tests share: a town with one community."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Community, Person, Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as found:
        yield found


@pytest.fixture
async def office(town: Town) -> Community:
    """The one community of the town, with its group and three colleagues."""
    return await town.community()


@pytest.fixture
async def zhang(town: Town, office: Community) -> Person:
    """A resident who has come in through the community's poster."""
    return await town.resident("张三", office)
