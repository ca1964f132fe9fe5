"""The days before the demonstration: what people wrote and did, made through the desk with a moved clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from demo.cast import Cast, Deed, PastMatter
from demo.delivery import deliver
from demo.stage import Stage
from desk.hand import Hand
from desk.incoming import Incoming
from desk.levels import climbing, unit_work
from desk.office import Office
from desk.residents import choices, reception, welcome
from desk.staff import answering, handling
from domain.levels import USUAL_REASON
from storage import hops, tickets
from storage.store import Tx

CLOSE_AS = "solved"
Watch = Callable[[Office], Awaitable[int]]
"""What calls out limits that have passed; how many were called."""


@dataclass(slots=True)
class Clock:
    """The moved clock of the office."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Town:
    """What was founded: the bot, the staff group, the community, the units and those groups of theirs."""

    bot: int
    group: int
    community: int
    units: Mapping[str, int]
    groups: Mapping[str, int]


@dataclass(slots=True)
class Days:
    """The past while it is made."""

    office: Office
    stage: Stage
    clock: Clock
    cast: Cast
    town: Town
    opened: dict[str, int] = field(default_factory=dict)  # matter -> ticket id


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    matter: str
    deed: Deed | None  # None: the report itself


async def play_past(
    office: Office, stage: Stage, cast: Cast, town: Town, firsts: Mapping[str, str], watch: Watch
) -> None:
    """Everybody's first /start (its words in `firsts`), then every matter up to now, in the order of time.

    At the end `watch` looks at the clocks, so that what is overdue has been told before the story begins.
    """
    now = office.now().astimezone(office.zone)
    happenings = sorted(_until(now, cast), key=lambda happening: happening.at)
    first_day = min([now, *(happening.at for happening in happenings)])
    clock = Clock(first_day - timedelta(days=1))
    days = Days(replace(office, now=clock.now), stage, clock, cast, town)
    await _move(days, clock.at)
    for key, words in firsts.items():
        message = await _says(days, key, words)
        await welcome.start(days.office, message, words.removeprefix("/start").strip())
    await deliver(days.office, stage)
    for happening in happenings:
        await _move(days, happening.at)
        if happening.deed is None:
            await _report(days, happening.matter, cast.past[happening.matter])
        else:
            await _deed(days, happening.matter, happening.deed)
        await deliver(days.office, stage)
    await _move(days, now)
    await watch(days.office)
    await deliver(days.office, stage)
    await stage.act("clock", offset=0)
    await _confirm_updates(stage)


def _until(now: datetime, cast: Cast) -> list[Happening]:
    found = []
    for key, matter in cast.past.items():
        day = now.date() + timedelta(days=matter.day)
        reported = datetime.combine(day, matter.at, now.tzinfo)
        found.append(Happening(reported, key, None))
        found += [Happening(reported + timedelta(minutes=deed.minutes), key, deed) for deed in matter.then]
    return [happening for happening in found if happening.at < now - timedelta(minutes=2)]


async def _move(days: Days, at: datetime) -> None:
    days.clock.at = at
    await days.stage.act("clock", now=at.timestamp())


async def _confirm_updates(stage: Stage) -> None:
    """The bot must not be told again what has been handled here."""
    waiting = await stage.call("getUpdates", offset=-1)
    if waiting:
        await stage.call("getUpdates", offset=waiting[-1]["update_id"] + 1)


async def _report(days: Days, key: str, matter: PastMatter) -> None:
    message = await _says(days, matter.who, matter.say, matter.photo)
    await reception.receive(days.office, message)

    async def look(tx: Tx) -> int | None:
        ticket = await tickets.by_source(tx, message.chat_id, message.message_id)
        return ticket.id if ticket else None

    ticket_id = await days.office.store.read(look)
    if ticket_id is None:
        raise RuntimeError(f"past.{key} opened no ticket")
    days.opened[key] = ticket_id


async def _says(days: Days, who: str, words: str, photo: str = "") -> Incoming:
    """A resident or a colleague writes to the bot in private."""
    person = days.cast.person(who)
    content: dict[str, Any] = {"photo": photo, "caption": words} if photo else {"text": words}
    sent = await days.stage.act("send", from_=person.id, chat=days.town.bot, **content)
    file_id = await _file_id(days, person.id, sent["message_id"]) if photo else ""
    resident = days.cast.residents.get(who)
    return Incoming(
        chat_id=person.id,
        message_id=sent["message_id"],
        user_id=person.id,
        name=person.name,
        at=days.office.now_ms(),
        text=words,
        media="photo" if photo else "",
        file_id=file_id,
        language=resident.language if resident else "zh-hans",
    )


async def _file_id(days: Days, who: int, message_id: int) -> str:
    chat = await days.stage.look(f"chat/{days.town.bot}", as_=who)
    message = next(m for m in chat["messages"] if m["message_id"] == message_id)
    return str(message["photo"][-1]["file_id"])


async def _deed(days: Days, key: str, deed: Deed) -> None:
    person, ticket = days.cast.person(deed.who), days.opened[key]
    if deed.who in days.cast.staff:
        await STAFF_DEEDS[deed.does](days, await _hand(days, deed, ticket), deed)
    elif deed.who in days.cast.workers:
        await _work(days, deed, ticket)
    elif deed.does == "says":
        await reception.receive(days.office, await _says(days, deed.who, deed.words))
    elif deed.does in ("solved", "unsolved"):
        await choices.confirm(days.office, ticket, person.id, deed.does, f"past{key}")
    else:
        await choices.rate(days.office, ticket, person.id, deed.does, f"past{key}")


SPOKEN = {"answer": "{}", "ask": "{}", "note": "备注：{}", "close": "/close {}"}
"""What staff write in the group, as a reply to the card; the rest is done by buttons."""


async def _hand(days: Days, deed: Deed, ticket: int) -> Hand:
    person, message_id = days.cast.person(deed.who), 0
    if deed.does in SPOKEN:
        shown = await days.office.store.read(
            lambda tx: tx.one("outbox.by_key", key=f"card:{ticket}:{days.town.group}")
        )
        sent = await days.stage.act(
            "send",
            from_=person.id,
            chat=days.town.group,
            text=SPOKEN[deed.does].format(deed.words),
            reply_to=shown["message_id"] if shown else None,
        )
        message_id = sent["message_id"]
    return Hand(
        community_id=days.town.community,
        ticket_id=ticket,
        user_id=person.id,
        key=f"past{ticket}:{deed.minutes}",
        chat_id=days.town.group,
        message_id=message_id,
        text=deed.words,
        user_name=person.name,
    )


async def _work(days: Days, deed: Deed, ticket: int) -> None:
    """What somebody of another organisation does with a ticket that was handed to it."""
    worker = days.cast.workers[deed.who]
    here = days.town.groups.get(worker.unit, worker.id)
    hop = await days.office.store.read(lambda tx: hops.present(tx, ticket))
    if hop is None:
        raise RuntimeError(f"{deed.who} has nothing to {deed.does}")
    hand = Hand(
        days.town.community,
        ticket,
        worker.id,
        f"past{ticket}:{deed.minutes}",
        here,
        text=deed.words,
        user_name=worker.name,
    )
    if deed.does == "sign":
        await unit_work.take(days.office, replace(hand, text=""), hop.id)
    elif deed.does == "finish":
        await unit_work.finish(days.office, replace(hand, text=""), hop.id, CLOSE_AS)
    else:
        chat = here if here < 0 else days.town.bot
        sent = await days.stage.act("send", from_=worker.id, chat=chat, text=deed.words)
        await unit_work.answer(days.office, replace(hand, message_id=sent["message_id"]))


async def _hand_on(days: Days, hand: Hand, deed: Deed) -> None:
    unit = days.cast.units[deed.words]
    reason = USUAL_REASON[unit.kind]
    await climbing.hand_on(days.office, replace(hand, text=""), days.town.units[unit.key], reason)


async def _take(days: Days, hand: Hand, deed: Deed) -> None:
    await handling.take(days.office, hand)


async def _answer(days: Days, hand: Hand, deed: Deed) -> None:
    await answering.answer(days.office, hand)


async def _ask(days: Days, hand: Hand, deed: Deed) -> None:
    await answering.ask(days.office, hand)


async def _note(days: Days, hand: Hand, deed: Deed) -> None:
    await answering.note(days.office, hand)


async def _close(days: Days, hand: Hand, deed: Deed) -> None:
    await handling.close(days.office, hand, CLOSE_AS)


async def _assign(days: Days, hand: Hand, deed: Deed) -> None:
    await handling.assign(days.office, hand, days.cast.staff[deed.words].id)


STAFF_DEEDS: dict[str, Callable[[Days, Hand, Deed], Awaitable[None]]] = {
    "take": _take,
    "answer": _answer,
    "ask": _ask,
    "note": _note,
    "close": _close,
    "assign": _assign,
    "hand_on": _hand_on,
}
