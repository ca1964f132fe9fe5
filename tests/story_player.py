"""Reads a written conversation and plays it through the stand-in, line by line."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jobs import ladder, notices, rechecks, reviews, summaries
from tests.town import BOT, ZONE, Community, Json, Person, Town, labels_of, words_of
from tests.tree_town import grow

STORIES = Path(__file__).parent / "stories"

SAYS = re.compile(r"(居民|工作人员) (\S+?)(?: \[(.+?)\])?(?:: ?(.*))?$")
HEARS = re.compile(r"(机器人|卡片) → (\S+?): (.+)$")
GROUP = re.compile(r"(群|群里没有|群私聊)(?: (\S+?))?: (.+)$")
UNIT = re.compile(r"单位 (\S+?): (.+)$")
NEIGHBOURS = re.compile(r"(居民群|居民群里没有): (.+)$")
LINK = re.compile(r"t\.me/\w+\?start=([\w-]+)")
COUNT = re.compile(r"登记簿: (\d+) 件$")
SIGN = re.compile(r"回应 → (\S+?): (\S+)$")
BARE = re.compile(r"没有按钮 → (\S+?): (.+)$")
SHOWN = re.compile(r"弹出: (.+)$")
STAGE = re.compile(r"（(.+)）$")
MEDIA = re.compile(r"〔(.+?)〕")
LABEL = re.compile(r"\[([^\]]+)\]")
QUOTED = re.compile(r"回复 ?“(.+)”")

KINDS: dict[str, Json] = {
    "照片": {"photo": "sample"},
    "语音": {"voice": "sample"},
    "视频": {"video": "sample"},
    "圆形视频": {"video_note": "sample"},
    "文件": {"document": "sample"},
    "位置": {"location": {"latitude": 30.5, "longitude": 114.3}},
    "贴纸": {"sticker": {"emoji": "👍"}},
}
QUESTIONS = frozenset(
    {
        *(
            "skip_place",
            "pick_place",
            "pick_category",
            "consent",
            "split",
            "me_too",
            "simple_on",
            "proxy_skip",
        ),
        *("confirm", "rate", "why", "recheck", "joined_solved", "withdraw_yes", "which", "settle", "here"),
    }
)
"""Buttons that answer a question of ours; no two messages of a chat may carry any at the same time."""
NAMES = {"photo": "照片", "voice": "语音", "document": "文件", "video": "视频", "location": "位置"}
LANGUAGES = {"简体": "zh-hans", "繁體": "zh-hant", "English": "en"}


@dataclass(frozen=True)
class Line:
    """One line of a story."""

    number: int
    text: str


@dataclass
class Story:
    """A town, the people of one conversation, and how far each has read."""

    town: Town
    path: Path
    residents: dict[str, Person] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    units: dict[str, Person] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    shown: str = ""
    spoken: dict[str, int] = field(default_factory=dict)
    where: dict[str, Person] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    neighbours: Person | None = None

    async def play(self) -> None:
        """Play it all; the first turn that goes otherwise is told with what was really said."""
        lines = [Line(n, text.strip()) for n, text in enumerate(self.path.read_text("utf-8").split("\n"), 1)]
        turn: list[Line] = []
        acting = False
        for line in [*(x for x in lines if x.text and not x.text.startswith("#")), Line(0, "")]:
            if is_act(line.text) or not line.text:
                if acting:
                    await self.compare(turn)
                turn, acting = [], True
                if line.text:
                    self.played.append(line.text)
                    await self.act(line)
                    await self.ask_one_thing()
            else:
                turn.append(line)

    async def act(self, line: Line) -> None:
        """Let a person, or the time, do what the line says."""
        stage = STAGE.fullmatch(line.text)
        if stage:
            await self.stage(stage[1])
            return
        found = SAYS.fullmatch(line.text)
        assert found, f"{self.path.name}:{line.number}: cannot read {line.text!r}"
        role, name, doing, words = found.groups()
        person = await self.resident(name) if role == "居民" else self.colleague(name)
        try:
            await self.do(person, doing or "", words or "")
        except AssertionError as error:
            raise AssertionError(f"{self.path.name}:{line.number}: {line.text}\n{error}") from error

    async def do(self, person: Person, doing: str, words: str) -> None:
        """One person's act: press, edit, or write, perhaps as a reply."""
        if doing.startswith("按 "):
            label, _, on = doing[2:].partition(" 在 ")
            target = (await person.message(on.strip("“”")))["message_id"] if on else None
            self.shown = await person.presses(label, on=target)
            return
        if doing == "改":
            await person.edits(self.spoken[person.name], words)
            return
        if doing == "私聊":
            person = person.in_private
        if doing == "群里":
            assert self.neighbours, "no residents' group yet"
            person = replace(person, chat=self.neighbours.chat)
        more: dict[str, Any] = {"forward_from": "别人"} if doing == "转发" else {}
        quoted = QUOTED.fullmatch(doing)
        if quoted:
            more["reply_to"] = (await person.message(quoted[1]))["message_id"]
        elif doing == "回复卡片":
            office = self.at_work(person.name)
            more["reply_to"] = (await office.card(await self.town.ticket()))["message_id"]
        self.where[person.name] = person
        self.spoken[person.name] = await person.sends(**content_of(words), **more)

    async def stage(self, words: str) -> None:
        """A stage direction: somebody comes in, time passes, a sentence is hard to understand."""
        for pattern, what in self.directions():
            found = re.fullmatch(pattern, words)
            if found:
                await what(found)
                return
        raise AssertionError(f"{self.path.name}: no such stage direction: {words}")

    def directions(self) -> list[tuple[str, Callable[[re.Match[str]], Awaitable[None]]]]:
        return [
            (r"开通 (\S+)，小区 (\S+)，工作人员 (\S+)", self.opens),
            (r"(\S+) 扫了 (\S+) 的码进来(?:，手机是(\S+))?", self.comes),
            (r"(\S+) 没扫码就进来", self.comes_alone),
            (r"幸福社区有上级和单位：平安街道 刘街道，区城管局 孙城管，和美超市 钱超市", self.grows),
            (r"(\S+) 打开 (\S+) 收到的链接", self.opens_link),
            (r"居民群里有 (\S+)", self.gathers),
            (r"(\S+) 没用过机器人", self.is_new),
            (r"一周后抽到了 (\S+)", self.is_drawn),
            (r"过 (\d+) (分钟|小时|天)", self.passes),
            (r"到 (\d+)月(\d+)日 (\d+):(\d+)", self.arrives),
            (r"“(.+)” 这句像 (.+)", self.is_hard),
            (r"工作群不让点表情", self.forbids_reactions),
            (r"服务器太旧，不会点表情", self.is_an_old_server),
            (r"机器人重启", self.starts_anew),
        ]

    async def opens(self, found: re.Match[str]) -> None:
        staff = tuple(found[3].split("、"))
        self.communities[found[1]] = await self.town.community(found[1], found[2], staff)

    async def comes(self, found: re.Match[str]) -> None:
        home = await self.first() if found[2] == "幸福社区" else self.communities[found[2]]
        await self.enter(found[1], home, LANGUAGES[found[3] or "简体"])

    async def comes_alone(self, found: re.Match[str]) -> None:
        await self.first()
        await self.enter(found[1], None)

    async def grows(self, found: re.Match[str]) -> None:
        tree = await grow(self.town, await self.first())
        self.units |= {person.name: person for person in (tree.street, tree.sun, tree.qian)}

    async def opens_link(self, found: re.Match[str]) -> None:
        said = [LINK.search(text) for text in await (await self.resident(found[2])).heard()]
        code = next(link[1] for link in reversed(said) if link)
        person = Person(self.town, await self.town._telephone(found[1]), found[1])
        self.residents[found[1]] = person
        self.read[found[1]] = 0
        await person.says(f"/start {code}")

    async def gathers(self, found: re.Match[str]) -> None:
        """A group of residents in which the lead has said /setup 居民群."""
        office = await self.first()
        names = found[1].split("、")
        people = [self.residents.get(name) or await self.resident(name) for name in names]
        lead = office.anyone
        made = await self.town.drive.act(
            "groups",
            title="幸福里邻里群",
            type="supergroup",
            members=[lead.id, *(person.id for person in people)],
            bots=[BOT],
            creator=lead.id,
        )
        self.neighbours = replace(lead, chat=int(made["id"]))
        await self.neighbours.says("/setup 居民群")

    async def is_new(self, found: re.Match[str]) -> None:
        """Somebody with a telephone who has never opened the bot."""
        self.residents[found[1]] = Person(self.town, await self.town._telephone(found[1]), found[1])
        self.read[found[1]] = 0

    async def is_drawn(self, found: re.Match[str]) -> None:
        await self.resident(found[1])
        await self.town.later(days=8)
        await rechecks.push_due(self.town.office, share=100)
        await self.town.settle()

    async def passes(self, found: re.Match[str]) -> None:
        unit = {"分钟": "minutes", "小时": "hours", "天": "days"}[found[2]]
        await self.town.later(**{unit: int(found[1])})
        await self.clock_jobs()

    async def arrives(self, found: re.Match[str]) -> None:
        month, day, hour, minute = (int(part) for part in found.groups())
        now = self.town.clock.now().astimezone(ZONE)
        moment = now.replace(month=month, day=day, hour=hour, minute=minute, second=0)
        await self.town.until(moment)
        await self.clock_jobs()

    async def is_hard(self, found: re.Match[str]) -> None:
        self.town.doubt(found[1], *found[2].split("、"))

    async def forbids_reactions(self, _: re.Match[str]) -> None:
        await self.town.drive.act("reactions", group=(await self.first()).group, allowed=[])

    async def is_an_old_server(self, _: re.Match[str]) -> None:
        """One that answers 404 to what Bot API 7.0 has brought."""
        rule = {"kind": "no_method", "method": "setMessageReaction", "probability": 1}
        await self.town.drive.act("faults", rules=[rule])

    async def starts_anew(self, _: re.Match[str]) -> None:
        await self.town.stop()
        await self.town.start()

    async def clock_jobs(self) -> None:
        for job in (summaries.push_due, reviews.settle_silent, notices.push_due, ladder.climb):
            await job(self.town.office)
        await self.town.settle()

    async def first(self) -> Community:
        """幸福社区, opened when it is first needed."""
        if "幸福社区" not in self.communities:
            self.communities["幸福社区"] = await self.town.community()
        return self.communities["幸福社区"]

    async def enter(self, name: str, home: Community | None, language: str = "zh-hans") -> Person:
        """Somebody opens the chat; the welcome of everybody's first minute is not part of each story."""
        person = self.residents[name] = await self.town.resident(name, home, language)
        self.read[name] = max((m["message_id"] for m in await person.messages()), default=0)
        return person

    async def resident(self, name: str) -> Person:
        return self.residents.get(name) or await self.enter(name, await self.first())

    def colleague(self, name: str) -> Person:
        return self.units.get(name) or self.at_work(name)[name]

    def at_work(self, name: str) -> Community:
        return next(office for office in self.communities.values() if name in office.team)

    async def compare(self, expected: list[Line]) -> None:
        """What each resident heard in this turn, and what else the story says of it."""
        heard = {name: await self.news(name) for name in self.residents}
        wrong = False
        report: list[str] = []
        for line in expected:
            ok, really = await self.check(line.text, heard)
            self.played.append(line.text)
            wrong |= not ok
            report.append(f"  {line.text}" if ok else f"- {line.text}")
            report.extend(f"+ {said}" for said in really)
        for name, left in heard.items():
            wrong |= bool(left)
            report.extend(f"+ 机器人 → {name}: {said_of(message)}" for message in left)
        if wrong:
            raise AssertionError(
                "\n".join([f"\n{self.path.name}, after:", *(f"  {x}" for x in self.played[-6:]), "", *report])
            )

    async def check(self, text: str, heard: dict[str, list[Json]]) -> tuple[bool, list[str]]:
        """Whether one expectation holds, and what was really said instead."""
        if found := HEARS.fullmatch(text):
            what, name, words = found.groups()
            return await self.check_heard(what, name, words, heard)
        if found := GROUP.fullmatch(text):
            return await self.check_group(*found.groups())
        if found := UNIT.fullmatch(text):
            heard_there = [m for m in await self.units[found[1]].messages() if is_bots(m)]
            ok = any(holds(message, found[2]) for message in heard_there)
            return ok, [] if ok else [f"单位 {found[1]}: {said_of(m)}" for m in heard_there[-4:]]
        if found := NEIGHBOURS.fullmatch(text):
            return await self.check_neighbours(*found.groups())
        if found := COUNT.fullmatch(text):
            count = len(await self.town.tickets())
            return count == int(found[1]), [] if count == int(found[1]) else [f"登记簿: {count} 件"]
        if found := SIGN.fullmatch(text):
            return await self.check_sign(*found.groups())
        if found := BARE.fullmatch(text):
            labels = labels_of(await self.residents[found[1]].message(found[2]))
            return not labels, [f"按钮 → {found[1]}: {labels}"] if labels else []
        if found := SHOWN.fullmatch(text):
            return found[1] in self.shown, [] if found[1] in self.shown else [f"弹出: {self.shown}"]
        raise AssertionError(f"{self.path.name}: cannot read {text!r}")

    async def check_sign(self, name: str, emoji: str) -> tuple[bool, list[str]]:
        """The bot's emoji on what this person wrote last."""
        said = await self.where[name].messages()
        signs = next(m for m in said if m["message_id"] == self.spoken[name]).get("reactions", [])
        return emoji in signs, [] if emoji in signs else [f"回应 → {name}: {signs}"]

    async def ask_one_thing(self) -> None:
        """Nobody stands before two questions at once: what is answered or must wait has no buttons."""
        meanings = dict(self.town.rows("select token, action from buttons"))
        for person in self.residents.values():
            asking = [m for m in await person.messages() if is_bots(m) and asks(m, meanings)]
            assert len(asking) < 2, f"{self.path.name}: two questions open to {person.name}: " + " / ".join(
                said_of(message) for message in asking
            )

    async def check_heard(
        self, what: str, name: str, words: str, heard: dict[str, list[Json]]
    ) -> tuple[bool, list[str]]:
        if what == "卡片":
            every = [m for m in await self.residents[name].messages() if is_bots(m)]
            ok = any(holds(message, words) for message in every)
            return ok, [] if ok else [f"卡片 → {name}: {said_of(m)}" for m in every if "编号" in words_of(m)]
        news = heard[name]
        if not news:
            return False, []
        message = news.pop(0)
        return (True, []) if holds(message, words) else (False, [f"机器人 → {name}: {said_of(message)}"])

    async def check_group(self, what: str, where: str | None, words: str) -> tuple[bool, list[str]]:
        office = self.communities[where or next(iter(self.communities))]
        every = [m for m in await office.anyone.messages() if is_bots(m)]
        found = [message for message in every if holds(message, words)]
        if what == "群":
            return bool(found), [] if found else [f"群: {said_of(m)}" for m in every[-4:]]
        return not found, [f"群: {said_of(m)}" for m in found]

    async def check_neighbours(self, what: str, words: str) -> tuple[bool, list[str]]:
        assert self.neighbours, "no residents' group yet"
        every = [m for m in await self.neighbours.messages() if is_bots(m)]
        found = [message for message in every if holds(message, words)]
        if what == "居民群":
            return bool(found), [] if found else [f"居民群: {said_of(m)}" for m in every[-4:]]
        return not found, [f"居民群: {said_of(m)}" for m in found]

    async def news(self, name: str) -> list[Json]:
        """The bot's messages to a resident since the last turn, oldest first."""
        messages = [m for m in await self.residents[name].messages() if m["message_id"] > self.read[name]]
        self.read[name] = max((m["message_id"] for m in messages), default=self.read[name])
        return [message for message in messages if is_bots(message)]


def is_act(text: str) -> bool:
    return bool(STAGE.fullmatch(text) or SAYS.fullmatch(text))


def asks(message: Json, meanings: dict[str, str]) -> bool:
    """Whether a message carries buttons that answer a question of ours."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(meanings.get(button.get("callback_data", "")) in QUESTIONS for row in rows for button in row)


def is_bots(message: Json) -> bool:
    return bool(message.get("from", {}).get("id") == BOT)


def said_of(message: Json) -> str:
    """A message of the bot on one line, with what it carries and its buttons."""
    media = "".join(f"〔{name}〕" for kind, name in NAMES.items() if kind in message)
    words = re.sub(r"\s*\n\s*", " ", words_of(message))
    return " ".join([media + words, *(f"[{label}]" for label in labels_of(message))])


def holds(message: Json, wanted: str) -> bool:
    """Whether the words (parts between …, in this order) and the [buttons] are all there."""
    said = said_of({**message, "reply_markup": {}})
    at = 0
    for part in filter(None, (part.strip() for part in LABEL.sub("", wanted).split("…"))):
        at = said.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return all(any(want in label for label in labels_of(message)) for want in LABEL.findall(wanted))


def content_of(words: str) -> Json:
    """What a line sends: a text, or 〔照片〕 and the like with words as caption."""
    found = MEDIA.match(words)
    if found is None:
        repeated = re.fullmatch(r"(.+)〈×(\d+)〉", words)
        return {"text": repeated[1] * int(repeated[2]) if repeated else words.replace("⏎", "\n")}
    rest = words[found.end() :].strip()
    caption: Json = {"caption": rest} if rest else {}
    name, _, more = found[1].partition("×")
    if name == "照片" and more:
        return {"album": [{"photo": "sample"}] * int(more), **caption}
    name, _, more = found[1].partition(" ")
    if name == "名片":
        return {"contact": {"phone_number": more, "first_name": "名片"}}
    return {**KINDS[name], **caption}
