"""The library's Application without its updater, and the way from an inbox row to its handlers and back.

`process_update` swallows what a handler raises; here it is handed back to the dispatcher. An update whose own
transaction is already committed is never handled twice, whatever went wrong afterwards.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

import msgspec
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ApplicationHandlerStop, CallbackContext

from config import Settings
from desk.origin import ORIGIN, Origin
from domain.bots import bot_of
from storage.inbox import InboxRow
from transport.addressing import inward
from transport.logs import where
from transport.request import AiohttpRequest, is_local

log = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]
_FAILURE: Final[ContextVar[list[Exception] | None]] = ContextVar("failure", default=None)


def build(settings: Settings, token: str = "") -> App:
    """An Application for handlers only: no updater, no job queue, no persistence, requests over aiohttp.

    Of the first bot of the settings, or of the one with this token.
    """
    direct = is_local(settings.telegram_api_base_url)
    application = (
        ApplicationBuilder()
        .token(token or settings.every_bot[0].token.get_secret_value())
        .base_url(settings.telegram_api_base_url)
        .base_file_url(settings.file_base_url)
        .request(AiohttpRequest(direct=direct))
        .get_updates_request(AiohttpRequest(most_connections=1, direct=direct))
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.add_error_handler(_hand_back)
    return application


def make_handle(
    application: App, others: Mapping[int, App] | None = None
) -> Callable[[InboxRow], Awaitable[bool]]:
    """A function for the dispatcher: runs the handlers for a row, raises what they raise.

    It answers True when a committed change of the desk has marked the row done (`desk.origin`). With several
    bots `others` holds the application of each number; a row goes to the one that it came through.
    """

    async def handle(row: InboxRow) -> bool:
        origin = Origin(row.id)
        failure: list[Exception] = []
        ORIGIN.set(origin)
        _FAILURE.set(failure)
        try:
            serving = others[bot_of(row.chat_id)] if others else application
            update = Update.de_json(_read(row, serving), serving.bot)
            await serving.process_update(update)
        except asyncio.CancelledError:
            if not origin.settled:
                raise
            log.warning("update %d was cancelled after it was settled", row.update_id)
        if failure and not origin.settled:
            raise failure[0]
        if failure:
            log.error("update %d is settled, but then: %s", row.update_id, where(failure[0]))
        return origin.settled

    return handle


def _read(row: InboxRow, application: App) -> Any:
    """The update; ids of a later bot's say through which it came."""
    update, number = msgspec.json.decode(row.payload), bot_of(row.chat_id)
    return inward(update, number, application.bot.id) if number else update


async def _hand_back(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """The error handler: keep the exception for `handle`, and let no later handler group run."""
    failure = _FAILURE.get()
    if failure is not None and context.error is not None:
        failure.append(context.error)
        raise ApplicationHandlerStop
    if context.error is not None:
        log.error("outside of an update: %s", where(context.error))
