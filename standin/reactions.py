"""Reactions of a bot to messages: one emoji of those that Telegram knows, where the chat allows it."""

from __future__ import annotations

from typing import Final

from standin.book import ChatLog
from standin.call import Call, method
from standin.refuse import bad_request

ALLOWED: Final = frozenset(
    """
    ❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐
    🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾
    🤷‍♂ 🤷 🤷‍♀ 😡
    """.split()  # noqa: SIM905 - read more easily than a list of one emoji to a line
)
"""Telegram's list for ReactionTypeEmoji; any other emoji is REACTION_INVALID."""
SERVICE: Final = ("new_chat_members", "left_chat_member", "pinned_message", "migrate_to_chat_id")


@method("chat_id! message_id! reaction is_big")
def set_message_reaction(call: Call) -> bool:
    """The bot's reaction to a message: one emoji or none."""
    log = call.chat()
    note = log.notes.get(call.whole("message_id"))
    if note is None or note.deleted or any(kind in note.body for kind in SERVICE):
        raise bad_request("message to react not found")
    wanted = call.items("reaction")
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if wanted:
        emoji = str(wanted[0].get("emoji", "")) if wanted[0].get("type") == "emoji" else ""
        if emoji not in _allowed_in(call, log):
            raise bad_request("REACTION_INVALID")
        note.reactions[call.bot.id] = emoji
    else:
        note.reactions.pop(call.bot.id, None)
    call.book.touch(log, note)
    return True


def _allowed_in(call: Call, log: ChatLog) -> frozenset[str]:
    """What may be put here: everything, unless the group's administrators allow only some or none."""
    allowed = call.book.groups[log.group].reactions if log.group else None
    return ALLOWED if allowed is None else ALLOWED & frozenset(allowed)
