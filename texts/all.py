"""Importing this module enters every text into the registry."""

from texts import (
    bulletin,
    desk,
    export,
    importing,
    knowledge,
    pictures,
    privacy,
    resident,
    setup,
    staff,
    summary,
)

__all__ = [
    "bulletin",
    "desk",
    "export",
    "importing",
    "knowledge",
    "pictures",
    "privacy",
    "resident",
    "setup",
    "staff",
    "summary",
]
