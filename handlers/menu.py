"""Telegram's own command menus, one for residents and one for staff groups."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from texts.menu import GROUP_COMMANDS, PRIVATE_COMMANDS

log = logging.getLogger(__name__)


async def publish(bot: Bot) -> None:
    """Tell Telegram which commands to offer where."""
    await bot.set_my_commands(
        [BotCommand(name, words) for name, words in PRIVATE_COMMANDS], BotCommandScopeAllPrivateChats()
    )
    await bot.set_my_commands(
        [BotCommand(name, words) for name, words in GROUP_COMMANDS], BotCommandScopeAllGroupChats()
    )


async def publish_patiently(bot: Bot) -> None:
    """The same; that it fails is no reason to stop serving."""
    try:
        await publish(bot)
    except TelegramError as error:
        log.warning("the command menus were not published: %s", type(error).__name__)
