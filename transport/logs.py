"""Logs without secrets: the bot's token, telephone and identity numbers never reach a log line."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, TextIO

TOKEN: Final = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
IDENTITY: Final = re.compile(r"(?<![0-9])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")
PHONE: Final = re.compile(r"(?<![0-9])(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![0-9])")
MOST_CAUSES: Final = 5
LOUD: Final = ("httpx", "httpcore", "aiosqlite", "uvicorn.access", "jieba", "asyncio")


def masked(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text with tokens, `secrets`, identity and mobile numbers made unreadable."""
    for secret in secrets:
        text = text.replace(secret, "***")
    text = TOKEN.sub("***", text)
    text = IDENTITY.sub("***", text)
    return PHONE.sub(r"\1****\2", text)


def where(error: BaseException, frames: int = 6) -> str:
    """Type and places of an error, without its words: those may hold what a resident wrote."""
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-frames:]
    ]
    cause = f" from {type(error.__cause__).__name__}" if error.__cause__ else ""
    return f"{type(error).__name__}{cause} at {' < '.join(reversed(places)) or 'unknown place'}"


class Masking(logging.Formatter):
    """Formats as plain text or as one JSON object a line, then masks the whole of it."""

    def __init__(self, secrets: tuple[str, ...] = (), *, as_json: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets = secrets
        self._as_json = as_json

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        """Types and places of the error and of its causes, without their words: those may quote a person."""
        error, told = ei[1], list[str]()
        while error is not None and len(told) < MOST_CAUSES:
            told.append(where(error))
            error = error.__cause__ or error.__context__
        return "\n".join(told)

    def format(self, record: logging.LogRecord) -> str:
        if not self._as_json:
            return masked(super().format(record), self._secrets)
        line: dict[str, str] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, ensure_ascii=False), self._secrets)


def set_up(level: str, *secrets: str, as_json: bool = False, stream: TextIO | None = None) -> logging.Handler:
    """Send all logs to `stream` (standard error), masked; the handler that does it."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Masking(tuple(filter(None, secrets)), as_json=as_json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in LOUD:  # httpx writes every URL, token and all, at INFO
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    return handler
