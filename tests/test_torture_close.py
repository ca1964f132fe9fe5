"""SIGTERM at any backlog: out in five seconds, whatever Telegram and the disk do; nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture_close import WORST, closings

pytestmark = [pytest.mark.timeout(240), pytest.mark.sqlite]


async def test_closing_takes_less_than_five_seconds_in_the_worst_moments(tmp_path: Path) -> None:
    closing = await closings(tmp_path, 56, moments=WORST)
    assert set(closing.seconds) == set(WORST)
    assert closing.backlog > 20, "there was hardly anything left to do"
    assert {moment: code for moment, (_, code) in closing.seconds.items() if code} == {}
    assert {moment: taken for moment, (taken, _) in closing.seconds.items() if taken > 5} == {}
    assert closing.verdict.problems == {}, str(closing.verdict)
