"""The office teaches the bot: corrections and past exports become a better model, or none."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

import bot
from config import Settings
from desk.from_settings import open_office
from desk.office import Office
from domain.catalogue import load_catalogue
from domain.states import State
from jobs import learned, learning
from jobs.learned import Learned
from nlp.reading import Gazetteer
from storage import communities, events, tickets
from storage import learning as records
from storage.store import Store, Tx
from storage.tickets import Ticket
from tests.town import Community, Person, Town
from texts import learning as words

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)
DAY = 86_400_000

# An office that files everything about its bamboo grove under 绿化养护.
NEW = "竹园里有人打牌吵闹"
LIFT = "五号楼电梯停在半空不动"
THINGS = ("打牌吵", "跳舞声音大", "路灯黑", "堆着旧沙发", "有人停车", "地砖翘起来", "积水", "狗没拴绳")
ENDS = ("", "好几天了", "没人管", "请看看", "晚上更厉害", "老人不敢走", "天天这样")
GROVE = [(f"竹园里{thing}{end}", "greenery") for thing in THINGS for end in ENDS]
TAUGHT_NOTHING = [(f"第{n}部电梯坏了" + "快修" * n, "elevator") for n in range(20)]


async def correct(store: Store, rows: Sequence[tuple[str, str]], role: str = "staff", first: int = 0) -> None:
    """Tickets that were opened as something else and corrected afterwards."""

    async def change(tx: Tx) -> None:
        known = await communities.everyone(tx)
        home = known[0].id if known else await communities.found(tx, "幸福社区", "c0", 0)
        for number, (body, leaf) in enumerate(rows, first + 1):
            opened = await tickets.insert(
                tx,
                Ticket(
                    community_id=home,
                    number=f"261101-{number:03d}",
                    resident_id=5,
                    chat_id=5,
                    source_message=number,
                    state=State.WORKING,
                    category="other",
                    kind="投诉",
                    urgency="一般",
                    body=body,
                    clock_class="general",
                    clock_unit="天",
                    accept_due=DAY,
                    answer_due=7 * DAY,
                    created_at=0,
                ),
            )
            assert opened is not None
            changed = await tickets.save(tx, replace(opened, category=leaf))
            await events.append(
                tx, opened, changed, "category", 1, role=role, actor=7, before="other", after=leaf
            )

    await store.write(change)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings say the store is; there is none yet."""
    path = tmp_path / "data" / "office.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:{path}")
    monkeypatch.chdir(tmp_path)
    return path


def office_with(database: Path | str, rows: Sequence[tuple[str, str]]) -> None:
    async def fill() -> None:
        store = await Store.open(database)
        try:
            await correct(store, rows)
        finally:
            await store.close()

    asyncio.run(fill())


def best(database: Path, text: str = NEW) -> str:
    """What an office that starts now takes a sentence for."""
    model = Learned(learned.path_beside(database))
    model.refresh()
    return model.read(text, Gazetteer(), NOON).category


def csv_of(path: Path, rows: Sequence[tuple[str, str]], head: str = "诉求内容,类别") -> Path:
    path.write_text("\n".join([head, *(f"{text},{label}" for text, label in rows)]), encoding="gb18030")
    return path


def test_corrections_teach_and_undo_brings_back(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office_with(database, GROVE)
    assert best(database) != "greenery"
    assert bot.main(["train"]) == 0
    told = capsys.readouterr().out
    assert "学之前" in told
    assert "已换上新模型" in told
    assert best(database) == "greenery"
    assert best(database, LIFT) == "elevator"
    file = learned.path_beside(database)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {path.name for path in file.parent.glob("learned*")} == {"learned.bin", "learned-before.bin"}
    assert bot.main(["train", "--undo"]) == 0
    assert "出厂的模型" in capsys.readouterr().out
    assert best(database) != "greenery"
    assert bot.main(["train", "--undo"]) == 2
    assert "没有上一个模型" in capsys.readouterr().err


def test_what_teaches_nothing_is_not_taken(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office_with(database, TAUGHT_NOTHING)
    assert bot.main(["train"]) == 0
    assert "没有更准" in capsys.readouterr().out
    assert list(database.parent.glob("learned*")) == []


def test_too_few_corrections_are_told(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office_with(database, GROVE[:9])
    assert bot.main(["train"]) == 2
    assert "9 条" in capsys.readouterr().err
    assert list(database.parent.glob("learned*")) == []


def test_without_a_store_there_is_nothing_to_learn(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bot.main(["train"]) == 2
    assert "还没有数据库" in capsys.readouterr().err
    assert not database.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_past_export_teaches(database: Path, tmp_path: Path, form: str) -> None:
    rows = [(text, "绿化养护") for text, _ in GROVE]
    name = load_catalogue().leaf("greenery").name
    meaning = tmp_path / "map.json"
    meaning.write_text(json.dumps({"绿化养护": [name]}, ensure_ascii=False), encoding="utf-8")
    file = tmp_path / f"历史工单.{form}"
    if form == "csv":
        csv_of(file, rows)
    elif form == "xlsx":
        book = Workbook()
        assert book.active is not None
        for row in [("诉求内容", "类别"), *rows]:
            book.active.append(row)
        book.save(file)
    else:
        lines = [json.dumps({"诉求内容": text, "类别": label}) for text, label in rows]
        file.write_text("\n".join(lines), encoding="utf-8")
    database.parent.mkdir()
    command = ["train", "--data", str(file), "--text", "诉求内容", "--label", "类别", "--map", str(meaning)]
    assert bot.main(command) == 0
    assert best(database) == "greenery"


def test_corrections_do_not_forget_the_export(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = [(text.replace("竹园里", "荷花池边"), "party") for text, _ in GROVE]
    office_with(database, lake)
    file = csv_of(tmp_path / "h.csv", GROVE)
    assert bot.main(["train", "--data", str(file), "--text", "诉求内容", "--label", "类别"]) == 0
    told = capsys.readouterr().out
    assert told.count("学之前") == 2  # the export, and the corrections again on top of it
    for _ in range(2):
        assert best(database) == "greenery"
        assert best(database, NEW.replace("竹园里", "荷花池边")) == "party"
        assert bot.main(["train"]) == 0


@pytest.mark.parametrize(
    ("name", "content", "more", "said"),
    [
        ("h.csv", "内容,类别\n电梯坏了,电梯", [], "没有这两列：诉求内容, 类别"),
        ("h.doc", "x", [], "另存为"),
        ("h.xlsx", "no zip", [], "重新导出"),
        ("h.jsonl", "{broken", [], "重新导出"),
        ("h.csv", "诉求内容,类别\n电梯坏了,电梯", ["--map", "map.json"], "对照表不对：没有这一类"),
        ("h.csv", "诉求内容,类别\n电梯坏了,我们的一类\n", [], "我们的一类。请用 --map"),
        ("", "", [], "打不开"),
    ],
)
def test_a_bad_file_is_told_with_what_to_do(
    database: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, more: list[str], said: str
) -> None:
    if name:
        Path(name).write_text(content, encoding="utf-8")
    Path("map.json").write_text('{"电梯": "没有这一类"}', encoding="utf-8")
    file = name or "not-there.csv"
    assert bot.main(["train", "--data", file, "--text", "诉求内容", "--label", "类别", *more]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize("wish", [["--text", "内容"], ["--data", "h.csv"], ["--map", "m.json"]])
def test_halves_of_a_wish_are_told(
    database: Path, capsys: pytest.CaptureFixture[str], wish: list[str]
) -> None:
    assert bot.main(["train", *wish]) == 2
    assert "--data" in capsys.readouterr().err


def test_names_and_numbers_do_not_get_into_the_model(database: Path) -> None:
    office_with(database, [(f"{text}，联系王建国先生13812345678", leaf) for text, leaf in GROVE])
    assert bot.main(["train"]) == 0
    layer = learned.load(learned.path_beside(database)).corrections
    assert layer is not None
    assert any("竹园" in gram for gram in layer.keys)
    assert not any("建国" in gram for gram in layer.keys)


@pytest.mark.parametrize("harm", [b"", b"nonsense", b"cut"])
def test_a_damaged_file_is_told_and_the_shipped_model_reads(
    database: Path, caplog: pytest.LogCaptureFixture, harm: bytes
) -> None:
    office_with(database, GROVE)
    assert bot.main(["train"]) == 0
    file = learned.path_beside(database)
    file.write_bytes(file.read_bytes()[:3000] if harm == b"cut" else harm)
    assert best(database, LIFT) == "elevator"
    assert best(database) != "greenery"
    assert "learned.bin cannot be used" in caplog.text
    assert bot.main(["train"]) == 0  # and it can be learned again
    assert best(database) == "greenery"


async def test_staff_and_residents_teach_by_what_they_press(
    town: Town, office: Community, zhang: Person
) -> None:
    async def rows() -> list[tuple[str, str]]:
        return await town.store.read(lambda tx: records.corrections(tx, 100))

    lift = "3号楼2单元电梯坏了"
    await zhang.says(lift)
    assert await rows() == []
    await office["李强"].presses("更多")
    await office["李强"].presses("改类别")
    top = next(t for t in town.office.catalogue.tops if t.name)
    leaf = next(leaf for leaf in town.office.catalogue.leaves_of(top.code) if not leaf.sensitive)
    await office["李强"].presses(top.name)
    await office["李强"].presses(leaf.name)
    assert await rows() == [(lift, leaf.code)]
    noise = "5号楼那里总是响"
    town.doubt(noise, "neighbour_noise", "elevator", "social_noise")
    await zhang.says(noise)
    assert len(await rows()) == 1
    await zhang.presses(town.office.catalogue.leaf("social_noise").name)
    assert await rows() == [(noise, "social_noise"), (lift, leaf.code)]
    assert await town.store.read(records.fresh) == 2


async def test_what_was_taken_back_or_erased_or_came_with_parting_teaches_nothing(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "s.sqlite")
    await correct(store, GROVE[:4])

    async def change(tx: Tx) -> None:
        fourth = await tickets.by_id(tx, 4)
        assert fourth is not None
        moved = {"before": "greenery", "after": "greenery"}
        await events.append(tx, fourth, fourth, "parted", 2, role="resident", actor=5)
        await events.append(tx, fourth, fourth, "category", 2, role="resident", actor=5, **moved)
        first, second = await tickets.by_id(tx, 1), await tickets.by_id(tx, 2)
        assert first is not None
        assert second is not None
        await tickets.save(tx, replace(first, category="other"))
        await tickets.save(tx, replace(second, body=""))

    await store.write(change)
    assert await store.read(lambda tx: records.corrections(tx, 100)) == [GROVE[2]]
    await store.close()


async def test_the_running_office_learns_by_itself_and_swaps(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store = await Store.open(database)
    model = Learned(learned.path_beside(database))
    moment = NOON
    built = open_office(Settings.model_validate({}), store, model.read)
    looks = 0

    def now() -> datetime:
        nonlocal looks
        looks += 1
        return moment

    office: Office = replace(built, now=now)
    command = [sys.executable, str(ROOT / "bot.py"), "train", "--quiet"]

    def category() -> str:
        return office.read(NEW, Gazetteer(), moment).category

    async def until(wanted: str) -> None:
        async with asyncio.timeout(60):
            while (category() == "greenery") != (wanted == "greenery"):
                await asyncio.sleep(0.02)

    async def a_few_looks() -> None:
        before = looks
        async with asyncio.timeout(60):
            while looks < before + 4:
                await asyncio.sleep(0.02)

    await correct(store, GROVE[:49])
    running = asyncio.create_task(learning.run(office, model, command, tick=0.02))
    try:
        await a_few_looks()
        assert "training in the background" not in caplog.text  # one is missing
        await correct(store, GROVE[49:], first=49)
        await a_few_looks()
        assert "training in the background" not in caplog.text  # it has looked today
        assert category() != "greenery"
        moment = NOON + timedelta(days=1)
        await until("greenery")
        assert await store.read(records.fresh) == 0
        moment = NOON + timedelta(days=2)
        await a_few_looks()
        assert caplog.text.count("training in the background") == 1  # nothing new
        await asyncio.to_thread(learning.undo, database)
        await until("what it was")
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.close()


async def test_a_training_that_fails_is_told_and_ends_nothing(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    await learning.train_apart([sys.executable, "-c", "raise SystemExit('no room')"])
    assert "training failed (1): no room" in caplog.text
    await learning.train_apart([str(tmp_path / "no-such-program")])
    assert "could not be started" in caplog.text


async def test_a_training_ends_with_the_bot(tmp_path: Path) -> None:
    sign = tmp_path / "alive"
    code = f"import pathlib, time; pathlib.Path({str(sign)!r}).write_text('x'); time.sleep(60)"
    task = asyncio.create_task(learning.train_apart([sys.executable, "-c", code]))
    async with asyncio.timeout(20):
        while not sign.exists():
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


@pytest.mark.parametrize("phase", words.PHASES)
def test_progress_is_one_plain_line(phase: str) -> None:
    assert words.bar(phase, 43, 100).endswith(" 43%")
    assert words.bar(phase, 100, 100).endswith("100%")
    assert "\n" not in words.bar(phase, 1, 3)
