"""Knowledge cards of the office, the questions that got one, and how often each was shown and useful."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from domain.guide import Guide
from storage.store import Tx

Outcome = Literal["useful", "person"]


@dataclass(frozen=True, slots=True)
class Answered:
    """A resident's question that a card was shown for; `message` opens the ticket if it did not help."""

    id: int
    community_id: int
    chat_id: int
    user_id: int
    title: str
    message: Mapping[str, Any]
    at: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often a card was shown in a community, found useful, and led to a person all the same."""

    title: str
    shown: int
    useful: int
    handed_on: int


async def put(tx: Tx, guide: Guide, community_id: int | None, now: int) -> None:
    """Enter a card, or a new text of the one with this title. Without a community it is for all."""
    await tx.do(
        "knowledge.put",
        community_id=community_id,
        title=guide.title,
        leaf=guide.leaf,
        asks=json.dumps(guide.asks, ensure_ascii=False),
        body=guide.body,
        source=guide.source,
        dated=guide.dated,
        now=now,
    )


async def drop(tx: Tx, title: str, community_id: int | None) -> bool:
    """Remove a card; False when there is none of this title."""
    return await tx.do("knowledge.drop", title=title, community_id=community_id) > 0


async def of_community(tx: Tx, community_id: int) -> list[Guide]:
    """The cards for all and the community's own, in that order, so that a later title replaces an earlier."""
    return [
        Guide(r["title"], r["leaf"], tuple(json.loads(r["asks"])), r["body"], r["source"], r["dated"], True)
        for r in await tx.all("knowledge.of_community", community_id=community_id)
    ]


async def answered(
    tx: Tx, community_id: int, user_id: int, title: str, message: Mapping[str, Any], now: int
) -> int | None:
    """Keep that this message got this card and count it; None when it has got one before."""
    found = await tx.value(
        "knowledge.answered",
        community_id=community_id,
        chat_id=message["chat_id"],
        user_id=user_id,
        message_id=message["message_id"],
        title=title,
        message=json.dumps(message, ensure_ascii=False),
        at=now,
    )
    if found is not None:
        await _count(tx, community_id, title, shown=1)
    return None if found is None else int(found)


async def answer(tx: Tx, answer_id: int) -> Answered | None:
    return _answered(await tx.one("knowledge.answer", id=answer_id))


async def last_answer(tx: Tx, chat_id: int, user_id: int, since: int) -> Answered | None:
    """The newest card shown to this person since a moment (ms)."""
    return _answered(await tx.one("knowledge.last_answer", chat_id=chat_id, user_id=user_id, since=since))


async def settle(tx: Tx, answered_: Answered, outcome: Outcome) -> bool:
    """Keep what came of it, each thing counted once. Whoever has asked for a person stays one who has."""
    if await tx.do("knowledge.settle", id=answered_.id, outcome=outcome) == 0:
        return False
    useful, handed_on = int(outcome == "useful"), int(outcome == "person")
    await _count(tx, answered_.community_id, answered_.title, useful=useful, handed_on=handed_on)
    return True


async def counts(tx: Tx, community_id: int) -> list[Count]:
    """Most shown first."""
    return [
        Count(r["title"], r["shown"], r["useful"], r["handed_on"])
        for r in await tx.all("knowledge.counts", community_id=community_id)
    ]


async def forget_person(tx: Tx, user_id: int) -> None:
    """Remove all questions of a person; the counts stay."""
    await tx.do("knowledge.forget_person", user_id=user_id)


async def forget_before(tx: Tx, before: int) -> int:
    """Remove questions asked before this moment (ms); how many."""
    return await tx.do("knowledge.forget_before", before=before)


async def _count(
    tx: Tx, community_id: int, title: str, *, shown: int = 0, useful: int = 0, handed_on: int = 0
) -> None:
    await tx.do(
        "knowledge.count",
        community_id=community_id,
        title=title,
        shown=shown,
        useful=useful,
        handed_on=handed_on,
    )


def _answered(r: Any) -> Answered | None:
    if r is None:
        return None
    return Answered(
        r["id"],
        r["community_id"],
        r["chat_id"],
        r["user_id"],
        r["title"],
        json.loads(r["message"]),
        r["at"],
        r["outcome"],
    )
