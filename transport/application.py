"""The library's Application without its updater, and the way from an inbox row to its handlers and back.

`process_update` swallows what a handler raises; here it is handed back to the dispatcher. An update whose own
transaction is already committed is never handled twice, whatever went wrong afterwards.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Final

import msgspec
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ApplicationHandlerStop, CallbackContext

from config import Settings
from desk.origin import ORIGIN, Origin
from storage.inbox import InboxRow
from transport.logs import where
from transport.request import AiohttpRequest, is_local

log = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]
_FAILURE: Final[ContextVar[list[Exception] | None]] = ContextVar("failure", default=None)


def build(settings: Settings) -> App:
    """An Application for handlers only: no updater, no job queue, no persistence, requests over aiohttp."""
    direct = is_local(settings.telegram_api_base_url)
    application = (
        ApplicationBuilder()
        .token(settings.telegram_bot_token.get_secret_value())
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


def make_handle(application: App) -> Callable[[InboxRow], Awaitable[bool]]:
    """A function for the dispatcher: runs the handlers for a row, raises what they raise.

    It answers True when a committed change of the desk has marked the row done (`desk.origin`).
    """

    async def handle(row: InboxRow) -> bool:
        origin = Origin(row.id)
        failure: list[Exception] = []
        ORIGIN.set(origin)
        _FAILURE.set(failure)
        try:
            update = Update.de_json(msgspec.json.decode(row.payload), application.bot)
            await application.process_update(update)
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


async def _hand_back(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """The error handler: keep the exception for `handle`, and let no later handler group run."""
    failure = _FAILURE.get()
    if failure is not None and context.error is not None:
        failure.append(context.error)
        raise ApplicationHandlerStop
    if context.error is not None:
        log.error("outside of an update: %s", where(context.error))
