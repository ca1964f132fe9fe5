"""The demonstration: its story holds against the real bot, its data files name the line of a mistake."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.cast import HERE, load_cast
from demo.story import load_story
from demo.transcript import wrap
from domain.errors import DataFileError
from domain.roles import Role

ROOT = Path(__file__).parent.parent
DEMO = (sys.executable, "bot.py", "demo")


def run_demo(*more: str, tmp: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEMO, *more],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp), "PYTHONUTF8": "1", "WEBHOOK_URL": "not even an address"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_the_story_is_told_from_both_sides_and_leaves_nothing(tmp_path: Path) -> None:
    done = run_demo("--once", tmp=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "杏桥社区日报",
        "民心桥 → 赵桂芳",
        "✅ 已登记",
        "[✋ 接单]",
        "罗建平 点了 [✋ 接单]",
        "〔照片〕",
        "[👍 解决了] [👎 没解决]",
        "⭐ 居民评价：满意",
        "✅ 已登記",
        "先开窗",
        "谢谢你们，辛苦了",
        "在办（",
        "✅ 故事演完",
    ):
        assert line in done.stdout, line
    assert not list(tmp_path.iterdir())


def test_a_kept_demo_goes_on_where_it_was_and_a_bot_that_cannot_start_is_told(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = _serve_until_ready(kept)
    _end(first)
    remembered = json.loads((kept / "demo.json").read_text())
    again = _serve_until_ready(kept)
    said = _end(again)
    assert "正在准备" not in said
    assert json.loads((kept / "demo.json").read_text()) == remembered
    assert (kept / "minxinqiao.sqlite").stat().st_mode & 0o077 == 0
    assert kept.stat().st_mode & 0o077 == 0
    with contextlib.closing(sqlite3.connect(kept / "minxinqiao.sqlite")) as store:
        store.execute("PRAGMA user_version = 9999")  # as a newer version of the program would leave it
    done = run_demo("--data", str(kept), tmp=tmp_path)
    assert done.returncode == 1
    assert "机器人没有跑起来" in done.stdout
    assert "更新的版本" in done.stdout  # the bot's own last words


def _serve_until_ready(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [*DEMO, "--data", str(data)],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    until = time.monotonic() + 60
    while "工作人员：" not in said:
        line = process.stdout.readline()
        assert line, said
        assert time.monotonic() < until, said
        said += line
    assert "http://127.0.0.1:" in said
    return process


def _end(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    return said


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_demo("--port", str(port), tmp=tmp_path)
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stdout


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    done = run_demo("--data", str(tmp_path), tmp=tmp_path)
    assert done.returncode == 1
    assert "不是演示的数据" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_broken_memory_of_a_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"token": ')
    done = run_demo("--data", str(tmp_path), tmp=tmp_path)
    assert done.returncode == 1
    assert "不是演示的数据" in done.stdout


def test_the_shipped_cast_and_story_are_whole() -> None:
    cast = load_cast()
    assert len(cast.staff) == 5
    assert len(cast.residents) >= 5
    assert cast.lead.role is Role.LEAD
    assert {day for member in cast.staff.values() for day in member.weekdays} == set(range(7))
    assert any(resident.language == "zh-hant" for resident in cast.residents.values())
    assert len(cast.past) >= 12
    assert {"subdistrict", "district", "department", "partner"} == {unit.kind for unit in cast.units.values()}
    assert {worker.unit for worker in cast.workers.values()} >= {"street", "shop"}
    story = load_story(cast)
    assert story.opens == 3
    assert story.steps[0].name == "summary"


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('role = "grid"', 'role = "boss"', "unknown role 'boss'"),
        ("days = [4, 6]", "days = [4, 8]", "weekdays"),
        ("id = 5200000003", "id = 5100000003", "is also that of staff.qiu"),
        ('home = "杏花里 11"', 'home = "杏花里 99"', "no building 杏花里 99"),
        ('"1-5号楼 2单元 11层"', '"五栋红房子"', "cannot read"),
        ('who = "lin"', 'who = "nobody"', "no resident"),
        ('at = "07:50"', 'at = "25:50"', "time of day"),
        ('"+25 luo take"', '"+25 luo eats"', "luo cannot 'eats'"),
        ('phone = "8600-0123"', 'telephone = "8600-0123"', "unknown field 'telephone'"),
        ('hours = "周一', "hours = 周一", "not valid TOML"),
        ('kind = "partner"', 'kind = "friend"', "unknown kind 'friend'"),
        ('below = "street"', 'below = "shop"', "cannot stand below 'shop'"),
        ('unit = "shop"', 'unit = "bank"', "'bank' is no unit"),
        ('"+25 tang hand_on: street"', '"+25 tang hand_on: bank"', "'bank' is no unit"),
    ],
)
def test_a_mistake_in_the_cast_names_its_line(tmp_path: Path, before: str, after: str, problem: str) -> None:
    text = (HERE / "community.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "community.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    line = text[: text.index(before)].count("\n") + 1
    with pytest.raises(DataFileError, match=problem) as caught:
        load_cast(path)
    assert caught.value.line == line


def test_a_mistake_in_the_story_names_its_line(tmp_path: Path) -> None:
    text = (HERE / "story.toml").read_text(encoding="utf-8")
    path = tmp_path / "story.toml"
    wanted = '"group | <photo>"'
    path.write_text(text.replace(wanted, '"ghost | <photo>"'), encoding="utf-8")
    line = text[: text.index(wanted)].count("\n") + 1
    with pytest.raises(DataFileError, match="nobody has this screen") as caught:
        load_story(load_cast(), path)
    assert caught.value.line == line


def test_long_lines_are_wrapped_by_their_width_in_a_terminal() -> None:
    assert wrap("  电梯又坏了啊", 10) == ["  电梯又坏", "  了啊"]
    assert wrap("abc", 10) == ["abc"]
