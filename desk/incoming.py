"""A resident's message in plain values, whatever way it came."""

from __future__ import annotations

from dataclasses import dataclass

BIGGEST_FILE = 20 * 1024 * 1024
"""Bytes that Telegram lets a bot fetch."""


@dataclass(frozen=True, slots=True)
class Incoming:
    chat_id: int
    message_id: int
    user_id: int
    name: str
    at: int  # milliseconds
    text: str = ""
    media: str = ""  # photo | voice | video | video_note | document | audio | location | contact | sticker
    file_id: str = ""
    file_size: int | None = None
    album: str = ""
    reply_to: int | None = None
    language: str = ""
    phone: str = ""  # of a shared contact,
    contact_of: int | None = None  # and whose it is, when they are on Telegram
    forwarded: str = ""  # whose words these are (veiled), when they were passed on

    @property
    def key(self) -> str:
        return str(self.message_id)

    @property
    def too_big(self) -> bool:
        return (self.file_size or 0) > BIGGEST_FILE
