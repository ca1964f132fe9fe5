"""Topics of a group that is a forum: a heading of the catalogue has one, its tickets' cards stand in it.

Private matters stay outside: the name of their topic would say what they are about.
"""

from __future__ import annotations

from desk.office import Office
from storage import topics
from storage.outbox import Letter, put
from storage.store import Tx
from storage.tickets import Ticket


def heading_of(office: Office, ticket: Ticket) -> str:
    """The heading whose topic the ticket's card belongs into; nothing for private matters."""
    return "" if office.closed(ticket) else office.catalogue.leaf(ticket.category).top


async def prepare(tx: Tx, office: Office, chat_id: int, ticket: Ticket) -> None:
    """Promise the topic of this ticket before its first card is sent, once for each heading."""
    heading = heading_of(office, ticket)
    if chat_id > 0 or not heading or not await topics.is_forum(tx, chat_id):
        return
    if await topics.thread_of(tx, chat_id, heading) is not None:
        return
    letter = Letter(
        key=f"topic:{chat_id}:{heading}",
        chat_id=chat_id,
        kind="topic",
        payload={"heading": heading, "name": office.catalogue.top(heading).name},
        community_id=ticket.community_id,
    )
    await put(tx, letter, office.now_ms())


async def thread_for(tx: Tx, office: Office, chat_id: int, ticket: Ticket) -> int | None:
    """Into which topic the card goes; None for the group itself."""
    heading = heading_of(office, ticket)
    return await topics.thread_of(tx, chat_id, heading) if heading and chat_id < 0 else None


async def opened(
    tx: Tx, office: Office, chat_id: int, community_id: int | None, heading: str, thread_id: int
) -> None:
    """Telegram has opened the topic."""
    await topics.keep(tx, chat_id, community_id or 0, heading, thread_id, office.now_ms())


async def went_elsewhere(tx: Tx, office: Office, chat_id: int, ticket: Ticket) -> None:
    """The card was sent into the group itself, because its topic is gone: forget that topic."""
    heading = heading_of(office, ticket)
    if heading and await topics.thread_of(tx, chat_id, heading) is not None:
        await topics.forget(tx, chat_id, heading)


async def learn(office: Office, chat_id: int, *, forum: bool) -> None:
    """What Telegram says about the group: whether it is a forum."""

    async def change(tx: Tx) -> None:
        if forum != await topics.is_forum(tx, chat_id) or forum:
            await topics.mark(tx, chat_id, office.now_ms(), forum=forum)

    await office.store.write(change)
