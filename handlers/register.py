"""Which handler gets which update. Reads as a table of contents; the first that fits takes it."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from desk.office import Office
from handlers import chats, group, neighbourhood, press, privacy, resident

CAPTION_COMMAND = rf"^/({'|'.join(sorted(group.COMMANDS))})(@\w+)?(\s|$)"
"""A command under a picture (/close 007 with a photo): none to Telegram, one to those who write it."""
NEW = filters.UpdateType.MESSAGE
EDITED = filters.UpdateType.EDITED_MESSAGE
PRIVATE = filters.ChatType.PRIVATE
GROUPS = filters.ChatType.GROUPS
MENTION = filters.Entity("mention") | filters.CaptionEntity("mention")


def register(application: Application[Any, Any, Any, Any, Any, Any], office: Office) -> None:
    """Put the office and all handlers into the application."""
    application.bot_data["office"] = office
    application.add_handlers(
        [
            CallbackQueryHandler(press.on_press),
            ChatMemberHandler(chats.on_my_member, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(NEW & filters.StatusUpdate.MIGRATE, chats.on_migrate),
            # residents
            CommandHandler("start", resident.on_start, NEW & PRIVATE),
            CommandHandler("help", resident.on_help, NEW & PRIVATE),
            CommandHandler("progress", resident.on_progress, NEW & PRIVATE),
            CommandHandler("mydata", privacy.on_mydata, NEW & PRIVATE),
            CommandHandler(sorted(set(group.COMMANDS) - {"help"}), group.on_command, NEW & PRIVATE),
            MessageHandler(NEW & PRIVATE & filters.CaptionRegex(r"^/new(\s|$)"), group.on_command),
            MessageHandler(NEW & PRIVATE & filters.COMMAND, resident.on_unknown_command),
            MessageHandler(NEW & PRIVATE & ~filters.StatusUpdate.ALL, resident.on_message),
            MessageHandler(EDITED & PRIVATE, resident.on_edit),
            # the staff group
            CommandHandler("setup", group.on_setup, NEW & GROUPS),
            CommandHandler("start", group.on_group_start, NEW & GROUPS),
            CommandHandler(sorted(group.COMMANDS), group.on_command, NEW & GROUPS),
            MessageHandler(NEW & GROUPS & filters.CaptionRegex(CAPTION_COMMAND), group.on_command),
            MessageHandler(NEW & GROUPS & filters.COMMAND, group.on_unknown),
            MessageHandler(NEW & GROUPS & MENTION, neighbourhood.on_mention),
            MessageHandler(NEW & GROUPS & filters.REPLY, group.on_reply),
        ]
    )
