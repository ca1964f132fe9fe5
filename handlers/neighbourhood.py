"""What residents say to the bot in a group of theirs."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import Update

from desk.office import Office
from desk.residents import neighbourhood
from domain.errors import Refused
from handlers import group
from handlers.incoming import Context, incoming, office_of
from handlers.pressing import Action, Press, Toast
from texts.setup import setup_why


async def on_mention(update: Update, context: Context) -> None:
    """A message with @bot in a residents' group; in any other group it is what it would be without."""
    office, message = office_of(context), incoming(update)
    called = re.compile(rf"@{re.escape(office.bot_name)}\b", re.IGNORECASE)
    if called.search(message.text) and not _as_group(update):
        words = called.sub(" ", message.text).strip()
        if await neighbourhood.receive(office, replace(message, text=words), message.chat_id):
            return
    if message.reply_to:
        await group.on_reply(update, context)


def _as_group(update: Update) -> bool:
    """Whether somebody writes as the group or as a channel: nobody to answer in private."""
    message = update.effective_message
    return message is None or message.sender_chat is not None


async def _bind(office: Office, press: Press) -> Toast:
    if not press.arg.isdecimal():
        raise Refused("gone")
    try:
        await neighbourhood.bind(office, int(press.arg), press.chat_id, press.user_id)
    except Refused as refusal:
        return Toast(setup_why(refusal.reason, **refusal.values), alert=True)
    return Toast()


ACTIONS: dict[str, Action] = {"residents_bind": _bind}
