"""What happens to chats: the bot is added, removed, blocked; a group becomes a supergroup."""

from __future__ import annotations

from telegram import ChatMember, Update

from desk.residents import welcome
from desk.staff import topics
from handlers.incoming import Context, office_of

OUT = frozenset({ChatMember.LEFT, ChatMember.BANNED})


async def on_my_member(update: Update, context: Context) -> None:
    """The bot's own standing in a chat has changed."""
    changed = update.my_chat_member
    if changed is None:
        return
    gone = changed.new_chat_member.status in OUT
    if changed.chat.type == "private":
        if gone:
            await welcome.blocks(office_of(context), changed.chat.id)
    elif gone:
        await welcome.out_of_group(office_of(context), changed.chat.id)
    else:
        await topics.learn(office_of(context), changed.chat.id, forum=bool(changed.chat.is_forum))


async def on_migrate(update: Update, context: Context) -> None:
    """A group has become a supergroup with another id."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id:
        await welcome.group_moved(office_of(context), message.chat_id, message.migrate_to_chat_id)
