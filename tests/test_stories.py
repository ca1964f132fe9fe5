"""Thirty written conversations (tests/stories/), played over HTTP as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story_player import STORIES, Story
from tests.town import Town

FOUND = sorted(STORIES.glob("*.txt"))


@pytest.mark.parametrize("path", FOUND, ids=[path.stem for path in FOUND])
async def test_the_conversation_goes_as_it_is_written(town: Town, path: Path) -> None:
    await Story(town, path).play()


def test_there_are_thirty_of_them() -> None:
    assert len(FOUND) >= 30
