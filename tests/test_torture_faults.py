"""Reads, writes and fsyncs of the store that fail: told, tried again, nothing answered is lost, no halves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill_harness import PROJECT
from tests.torture_faults import FAULTS, OFTEN, strace_works, working

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.skipif(not strace_works(), reason="strace, which makes calls fail, cannot be used here"),
]


@pytest.mark.parametrize("kind", FAULTS)
async def test_calls_that_fail_lose_nothing_that_was_answered(tmp_path: Path, kind: str) -> None:
    faulty = await working(tmp_path / "s.sqlite", kind, OFTEN[kind], 40, PROJECT)
    assert faulty.wrong == []
    assert faulty.struck >= 3, "hardly a call was made to fail"
    assert faulty.failures >= 2, "the store did not say that anything failed"
