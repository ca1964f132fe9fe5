"""Notices to residents: what was written, to whom it went, and what they answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    community_id: int
    author_id: int
    author: str
    chat_id: int
    body: str
    buildings: tuple[int, ...]
    urgent: bool
    state: str  # draft | sending | sent | dropped
    sent_to: int
    people: int


@dataclass(frozen=True, slots=True)
class Reader:
    """A resident who may be told."""

    user_id: int
    building_id: int | None
    no_notices: bool


def _notice(row: Row) -> Notice:
    return Notice(
        row["id"],
        row["community_id"],
        row["author_id"],
        row["author"],
        row["chat_id"],
        row["body"],
        tuple(json.loads(row["buildings"])),
        bool(row["urgent"]),
        row["state"],
        row["sent_to"],
        row["people"],
    )


async def draft(
    tx: Tx, community_id: int, author_id: int, author: str, chat_id: int, body: str, now: int
) -> int:
    """A notice that nobody has confirmed yet, to the whole community; its id."""
    return int(
        await tx.value(
            "notices.draft",
            community_id=community_id,
            author_id=author_id,
            author=author,
            chat_id=chat_id,
            body=body,
            buildings="[]",
            urgent=0,
            now=now,
        )
    )


async def by_id(tx: Tx, community_id: int, notice_id: int) -> Notice | None:
    row = await tx.one("notices.by_id", id=notice_id, community_id=community_id)
    return _notice(row) if row else None


async def any_of(tx: Tx, notice_id: int) -> Notice | None:
    """By its id alone, for a resident who answers: the button belongs to their own chat."""
    row = await tx.one("notices.any", id=notice_id)
    return _notice(row) if row else None


async def set_buildings(tx: Tx, notice_id: int, buildings: Sequence[int]) -> None:
    await tx.do("notices.set_buildings", id=notice_id, buildings=json.dumps(sorted(buildings)))


async def set_urgent(tx: Tx, notice_id: int, *, urgent: bool) -> None:
    await tx.do("notices.set_urgent", id=notice_id, urgent=int(urgent))


async def confirm(tx: Tx, notice_id: int, now: int) -> bool:
    """From now on it is sent; False when somebody has confirmed or dropped it already."""
    return await tx.do("notices.confirm", id=notice_id, now=now) == 1


async def drop(tx: Tx, notice_id: int) -> bool:
    return await tx.do("notices.drop", id=notice_id) == 1


async def sending(tx: Tx) -> list[Notice]:
    """Confirmed, and not promised to everyone yet: the urgent ones first."""
    return [_notice(row) for row in await tx.all("notices.sending")]


async def went(tx: Tx, notice_id: int, sent_to: int, count: int) -> None:
    """It was promised to `count` more people, up to this user id."""
    await tx.do("notices.went", id=notice_id, sent_to=sent_to, count=count)


async def finished(tx: Tx, notice_id: int) -> None:
    await tx.do("notices.finished", id=notice_id)


async def residents(tx: Tx, community_id: int, after: int, most: int) -> list[Reader]:
    """The community's residents who can be written to, in the order of their ids."""
    rows = await tx.all("notices.residents", community_id=community_id, after=after, most=most)
    return [Reader(row["user_id"], row["building_id"], bool(row["no_notices"])) for row in rows]


async def answer(tx: Tx, notice: Notice, user_id: int, said: str, now: int) -> None:
    """The last answer counts."""
    await tx.do(
        "notices.answer",
        notice_id=notice.id,
        community_id=notice.community_id,
        user_id=user_id,
        answer=said,
        now=now,
    )


async def tally(tx: Tx, notice_id: int) -> dict[str, int]:
    """How many gave each answer."""
    return {row["answer"]: row["count"] for row in await tx.all("notices.tally", notice_id=notice_id)}


async def answered_by(tx: Tx, user_id: int) -> list[int]:
    """The notices that this person has answered."""
    return [row["notice_id"] for row in await tx.all("notices.answered_by", user_id=user_id)]


async def who_answered(tx: Tx, notice_id: int, said: str, most: int = 30) -> list[tuple[str, int | None]]:
    """(name, building id) of those who gave this answer, the first first."""
    rows = await tx.all("notices.who_answered", notice_id=notice_id, answer=said, most=most)
    return [(row["name"] or "", row["building_id"]) for row in rows]
