"""The bots of the settings, each reached and given the number that it keeps for ever."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from config import BotSettings, Settings
from domain.errors import SettingsError
from storage import bots
from storage.store import Store, Tx
from transport.application import App, build
from transport.clock import Now, now_ms
from transport.serve import id_of, reach


@dataclass(frozen=True, slots=True)
class Manned:
    """A bot that Telegram knows, with its number (`domain.bots`)."""

    settings: BotSettings
    number: int
    application: App

    @property
    def username(self) -> str:
        return str(self.application.bot.username)


async def man(settings: Settings, store: Store, now: Now = now_ms) -> list[Manned]:
    """All bots, the first of the settings first; the communities that one serves alone are marked."""
    found: list[Manned] = []
    async with AsyncExitStack() as unless_all:
        for bot in settings.every_bot:
            application = build(settings, bot.token.get_secret_value())
            unless_all.push_async_callback(_leave, application)
            await reach(application, setting=bot.name)
            found.append(Manned(bot, await _enter(store, bot, application, now()), application))
        unless_all.pop_all()
    return found


async def _leave(application: App) -> None:
    await application.shutdown()
    await application.bot.shutdown()


async def _enter(store: Store, bot: BotSettings, application: App, now: int) -> int:
    async def enter(tx: Tx) -> int:
        number = await bots.enter(tx, bot.name, id_of(bot), str(application.bot.username), now)
        await bots.serve(tx, number, bot.serves)
        return number

    try:
        return await store.write(enter)
    except bots.TakenName as taken:
        before = f"bots.{taken.name}" if taken.name else "TELEGRAM_BOT_TOKEN"
        raise SettingsError(
            f"bots.{bot.name}" if bot.name else "TELEGRAM_BOT_TOKEN",
            f"is the bot that this store knows as {before}; it must keep that place",
        ) from None
