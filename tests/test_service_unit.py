"""The systemd unit of docs/operating.md: systemd itself understands it and finds it well shut in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OPERATING = Path(__file__).resolve().parent.parent / "docs" / "operating.md"
EXPOSURE = 20
"""Tenths of systemd's own measure (0 best, 100 worst); the unit stands at 15, most units at 90."""

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here"),
]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it stands in the manual, with this interpreter in the place of the installed one."""
    written = re.search(
        r"```ini\n(# /etc/systemd/system/.*?)```", OPERATING.read_text(encoding="utf-8"), re.S
    )
    assert written, "the manual has no unit"
    text, count = re.subn(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", written[1])
    assert count == 1
    path = tmp_path / "minxinqiao.service"
    path.write_text(text, encoding="utf-8")
    return path


def _analysed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_systemd_understands_every_line(unit: Path) -> None:
    ended = _analysed("verify", "--man=no", unit)
    assert "minxinqiao" not in ended.stdout + ended.stderr, ended.stderr
    assert ended.returncode == 0, ended.stderr


def test_little_is_open_to_the_service(unit: Path) -> None:
    ended = _analysed("security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", unit)
    if "unrecognized option" in ended.stderr:
        pytest.skip("this systemd is too old to judge a unit that is not installed")
    assert ended.returncode == 0, ended.stdout[-300:]


def test_a_wrong_line_is_seen(unit: Path) -> None:
    """The check above can fail."""
    unit.write_text(unit.read_text(encoding="utf-8").replace("RestartSec=2", "RestartSec=soon"))
    assert "minxinqiao" in _analysed("verify", "--man=no", unit).stderr
