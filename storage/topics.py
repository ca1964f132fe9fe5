"""Topics: which group is a forum, and the topic of each heading in it."""

from __future__ import annotations

from storage.store import Tx

WHOLE = ""
"""The heading that stands for the chat itself: a row of it says that the chat is a forum."""


async def mark(tx: Tx, chat_id: int, now: int, *, forum: bool) -> None:
    """Enter whether the chat is a forum. One that is none any more has no topics."""
    if forum:
        await tx.do("hands.retry_topics", chat_id=chat_id)
        await keep(tx, chat_id, 0, WHOLE, 0, now)
    else:
        await tx.do("hands.forget_topics", chat_id=chat_id)


async def is_forum(tx: Tx, chat_id: int) -> bool:
    return await tx.one("hands.topic", chat_id=chat_id, heading=WHOLE) is not None


async def thread_of(tx: Tx, chat_id: int, heading: str) -> int | None:
    """The topic of a heading in this chat, when there is one."""
    found = await tx.value("hands.topic", chat_id=chat_id, heading=heading)
    return int(found) if found else None


async def keep(tx: Tx, chat_id: int, community_id: int, heading: str, thread_id: int, now: int) -> None:
    await tx.do(
        "hands.keep_topic",
        chat_id=chat_id,
        community_id=community_id,
        heading=heading,
        thread_id=thread_id,
        now=now,
    )


async def forget(tx: Tx, chat_id: int, heading: str) -> None:
    """The topic is gone: the next ticket of this heading opens a new one."""
    await tx.do("hands.forget_topic", chat_id=chat_id, heading=heading)
    await tx.do("hands.forget_topic_letter", key=f"topic:{chat_id}:{heading}")
