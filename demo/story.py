"""Plays the written story against the running bot and checks what must be seen."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.cast import HERE, Cast
from demo.stage import Stage
from demo.transcript import Transcript
from domain.datafile import DataFile, read_datafile
from texts import demo as words

Json = dict[str, Any]
PATIENCE = 15.0
"""Seconds that something expected may take."""
NUMBER = re.compile(r"\d{6}-\d{3,}")
GROUP = "group"


class StoryFailedError(Exception):
    """Something that must hold did not; the message is for the terminal."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One message: on whose screen, with which words, buttons, picture."""

    where: str
    words: tuple[str, ...]
    buttons: tuple[str, ...]
    photo: bool

    def holds(self, message: Json) -> bool:
        text = str(message.get("text") or message.get("caption") or "")
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        labels = [button["text"] for row in rows for button in row]
        return (
            bool(message["from"]["is_bot"])
            and all(word in text for word in self.words)
            and all(any(button in label for label in labels) for button in self.buttons)
            and (not self.photo or "photo" in message)
        )


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    chapter: str
    who: str
    where: str
    say: str
    press: str
    on: str
    photo: str
    reply_to: str
    toast: str
    expects: tuple[str, ...]
    later: tuple[str, ...]
    in_order: bool
    remember: str
    never: str


@dataclass(frozen=True, slots=True)
class Story:
    opens: int
    steps: tuple[Step, ...]


def load_story(cast: Cast, path: Path = HERE / "story.toml") -> Story:
    """The story of that file, or a DataFileError with the line."""
    file = read_datafile(path)
    file.check_keys("", file.root, ("opens", "steps"))
    opens = file.root.get("opens")
    if not isinstance(opens, int):
        raise file.error("", "opens", "'opens' must be a number", "Write opens = 3.")
    return Story(opens, tuple(_step(file, name, given, cast) for name, given in file.table("steps").items()))


def _step(file: DataFile, name: str, given: Json, cast: Cast) -> Step:
    table = f"steps.{name}"
    texts = ("chapter", "who", "say", "press", "on", "photo", "reply_to", "toast", "remember", "never")
    file.check_keys(table, given, (*texts, "where", "expects", "later", "in_order"))
    said = {key: file.text_of(table, given, key, "") for key in texts}
    where = file.text_of(table, given, "where", "private")
    if where not in ("private", GROUP):
        raise file.error(table, "where", f"unknown place {where!r}", 'Use "private" or "group".')
    known = {*cast.staff, *cast.residents}
    deeds = [key for key in ("say", "press", "photo") if said[key]]
    if said["who"] and (said["who"] not in known or len(deeds) != 1):
        problem = f"{said['who']!r} is nobody, or does not do exactly one thing"
        raise file.error(table, "who", problem, "Name a person, and say, press or photo.")
    screens = (*known, GROUP)
    return Step(
        name=name,
        where=where,
        expects=_expected(file, table, given, "expects", screens),
        later=_expected(file, table, given, "later", screens),
        in_order=file.flag_of(table, given, "in_order", False),
        **said,
    )


def _expected(file: DataFile, table: str, given: Json, key: str, screens: tuple[str, ...]) -> tuple[str, ...]:
    lines = file.texts_of(table, given, key)
    for line in lines:
        if line.split("|")[0].strip() not in screens:
            raise file.error(table, key, "nobody has this screen", "Begin with a person or group.", line)
    return lines


@dataclass(slots=True)
class Teller:
    """The story while it is played."""

    stage: Stage
    cast: Cast
    transcript: Transcript
    bot: int
    group: int
    since: int = 0  # what is newer counts
    chapters: int = 0
    checks: int = 0
    numbers: dict[str, str] = field(default_factory=dict)
    later: list[tuple[Step, int]] = field(default_factory=list)  # what must be seen by the end, since when

    async def tell(self, story: Story, since: int) -> int:
        """Play it to the end; how many things were checked."""
        self.since = since
        before = await self._numbers_in_group()
        for step in story.steps:
            await self._play(step)
        for step, since in self.later:
            for line in step.later:
                await self._see(step, self._expectation(line), since)
                self.checks += 1
        opened = await self._numbers_in_group() - before
        if len(opened) != story.opens:
            raise self._failure(story.steps[-1], words.wrong_count(story.opens, len(opened)))
        self.checks += 1
        await self.transcript.catch_up()
        return self.checks

    async def _play(self, step: Step) -> None:
        if step.chapter:
            self.chapters += 1
            print(words.chapter(self.chapters, step.chapter))
        expected = [self._expectation(line) for line in step.expects]
        for key in {step.who, *(expectation.where for expectation in expected)} - {""}:
            await self.transcript.follow(self._screen(key))
        if step.who:
            self.since = (await self.stage.look("state"))["n"]
            await self._act(step)
        if step.later:
            self.later.append((step, self.since))
        found = [await self._see(step, expectation, self.since) for expectation in expected]
        if step.in_order:
            self._check_order(step, expected, found)
        if step.remember:
            numbers = NUMBER.findall(" ".join(str(message.get("text")) for message in found))
            self.numbers[step.remember] = numbers[0] if numbers else "?"
        if step.never and await self._in_group(step.never):
            raise self._failure(step, words.should_not(step.never))
        self.checks += len(found) + bool(step.in_order) + bool(step.never)
        await self.transcript.catch_up()

    async def _act(self, step: Step) -> None:
        person = self.cast.person(step.who)
        chat = self.group if step.where == GROUP else self.bot
        screen = self.group if step.where == GROUP else person.id
        if step.press:
            message = await self._message(step, chat, person.id, self._filled(step.on), step.press)
            done = await self.stage.act(
                "press", from_=person.id, chat=chat, message_id=message["message_id"], text=step.press
            )
            toast = str(done.get("text") or "")
            self.transcript.pressed(screen, person.name, step.press, toast)
            if self._filled(step.toast) not in toast:
                raise self._failure(step, words.wrong_toast(step.toast, toast))
            return
        body: Json = {"photo": step.photo} if step.photo else {"text": self._filled(step.say)}
        if step.reply_to:
            message = await self._message(step, chat, person.id, self._filled(step.reply_to))
            body["reply_to"] = message["message_id"]
        await self.stage.act("send", from_=person.id, chat=chat, **body)

    async def _see(self, step: Step, expectation: Expectation, since: int) -> Json:
        """The message that is expected, as soon as it is there."""
        who, chat = self.cast.lead.id, self.group
        if expectation.where != GROUP:
            who, chat = self.cast.person(expectation.where).id, self.bot
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while (left := until - clock()) > 0:
            seen = await self.stage.look(f"chat/{chat}", as_=who, since=since)
            for message in seen["messages"]:
                if not message.get("deleted") and expectation.holds(message):
                    found: Json = message
                    return found
            await self.stage.look("events", after=seen["n"], timeout=left)
        await self.transcript.catch_up()
        missing = " | ".join((*expectation.words, *(f"[{button}]" for button in expectation.buttons)))
        raise StoryFailedError(words.not_seen(step.name, self._called(expectation.where), missing))

    async def _message(self, step: Step, chat: int, who: int, holding: str, button: str = "") -> Json:
        """The newest message of the bot in a chat that holds these words and this button."""
        seen = await self.stage.look(f"chat/{chat}", as_=who)
        looked_for = Expectation("", (holding,), (button,) if button else (), photo=False)
        fitting = [m for m in seen["messages"] if not m.get("deleted") and looked_for.holds(m)]
        if fitting:
            newest: Json = max(fitting, key=lambda m: m["message_id"])
            return newest
        raise self._failure(step, words.no_such_message(f"{holding} {button}".strip(), step.where))

    async def _in_group(self, holding: str) -> bool:
        seen = await self.stage.look(f"chat/{self.group}", as_=self.cast.lead.id)
        return any(holding in str(message.get("text", "")) for message in seen["messages"])

    async def _numbers_in_group(self) -> set[str]:
        seen = await self.stage.look(f"chat/{self.group}", as_=self.cast.lead.id)
        return {number for m in seen["messages"] for number in NUMBER.findall(str(m.get("text", "")))}

    def _check_order(self, step: Step, expected: list[Expectation], found: list[Json]) -> None:
        last: dict[str, int] = {}
        for expectation, message in zip(expected, found, strict=True):
            if message["message_id"] < last.get(expectation.where, 0):
                raise self._failure(step, words.out_of_order(expectation.words[0]))
            last[expectation.where] = message["message_id"]

    def _expectation(self, line: str) -> Expectation:
        where, *parts = (part.strip() for part in self._filled(line).split("|"))
        buttons = tuple(part[1:-1] for part in parts if part.startswith("["))
        said = tuple(part for part in parts if not part.startswith("[") and part != "<photo>")
        return Expectation(where, said, buttons, "<photo>" in parts)

    def _filled(self, text: str) -> str:
        for name, number in self.numbers.items():
            text = text.replace(f"{{{name}}}", number)
        return text

    def _screen(self, key: str) -> int:
        return self.group if key == GROUP or key in self.cast.staff else self.cast.person(key).id

    def _called(self, key: str) -> str:
        return words.GROUP_SIDE if key == GROUP else self.cast.person(key).name

    def _failure(self, step: Step, problem: str) -> StoryFailedError:
        return StoryFailedError(words.not_right(step.name, problem))
