"""Sends what the office has promised, at once: for the days before the demonstration began.

The bot's own delivery keeps Telegram's limits and would take minutes for two days of talk; these calls are
made before it starts.
"""

from __future__ import annotations

from typing import Any

from demo.stage import Stage, StageError
from desk.office import Office
from desk.outgoing import Outgoing, Post, Upload
from storage import outbox
from storage.outbox import OutboxRow
from storage.store import Tx


def no_uploads(name: str) -> Upload:
    raise KeyError(name)  # nothing of the past brings a file along


async def deliver(office: Office, stage: Stage) -> None:
    """Keep every promise that stands in the outbox."""
    post = Post(office, no_uploads)
    while rows := await office.store.read(lambda tx: outbox.heads(tx, office.now_ms())):
        for row in rows:
            await _keep(office, stage, post, row)


async def _keep(office: Office, stage: Stage, post: Post, row: OutboxRow) -> None:
    async def compose(tx: Tx) -> Outgoing | None:
        await outbox.claim(tx, row.id)
        return await post.compose(tx, row)

    outgoing = await office.store.write(compose)
    message_id = await _send(stage, outgoing) if outgoing else None

    async def settle(tx: Tx) -> None:
        await outbox.sent(tx, row, message_id, office.now_ms())
        if outgoing and message_id:
            await post.settled(tx, row, outgoing, (message_id,))

    await office.store.write(settle)


async def _send(stage: Stage, outgoing: Outgoing) -> int:
    values: dict[str, Any] = {"chat_id": outgoing.chat_id}
    if outgoing.markup is not None:
        values["reply_markup"] = outgoing.markup
    if outgoing.reply_to is not None:
        values["reply_parameters"] = {"message_id": outgoing.reply_to, "allow_sending_without_reply": True}
    if outgoing.edit and (outgoing.reaction or not outgoing.html):
        return await _touch(stage, outgoing, outgoing.edit)
    if outgoing.media:
        method = "sendPhoto"  # the past holds no other files
        values |= {"photo": outgoing.media[0].file_id, "caption": outgoing.html}
    else:
        method = "editMessageText" if outgoing.edit else "sendMessage"
        values["text"] = outgoing.html
    if outgoing.edit:
        values["message_id"] = outgoing.edit
    try:
        result = await stage.call(method, **values, parse_mode="HTML")
    except StageError as error:
        if outgoing.edit and "not modified" in str(error):
            return outgoing.edit
        raise
    return int(result["message_id"])


async def _touch(stage: Stage, outgoing: Outgoing, message_id: int) -> int:
    """An emoji on a message, or its buttons taken away."""
    values: dict[str, Any] = {"chat_id": outgoing.chat_id, "message_id": message_id}
    if outgoing.reaction:
        emoji = [{"type": "emoji", "emoji": outgoing.reaction}]
        await stage.call("setMessageReaction", **values, reaction=emoji)
    else:
        await stage.call("editMessageReplyMarkup", **values)
    return message_id
