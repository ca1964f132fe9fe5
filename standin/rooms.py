"""Bot API methods about chats: who is there, what is doing, topics, leaving."""

from __future__ import annotations

from typing import Any

from standin.book import PRESENT, Book, ChatLog, Group, Member
from standin.call import Call, method
from standin.refuse import bad_request

Json = dict[str, Any]

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
]
TYPING_SECONDS = 5.0


@method("business_connection_id chat_id! message_thread_id action!")
def send_chat_action(call: Call) -> bool:
    """Show that the bot is busy."""
    log = call.chat()
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    log.typing = call.book.now() + TYPING_SECONDS
    call.book.touch(log)
    return True


@method("chat_id!")
def get_chat(call: Call) -> Json:
    """All about a chat."""
    log = call.look()
    full = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if log.group:
        call.chat()
        full["permissions"] = {"can_send_messages": True, "can_invite_users": True}
        allowed = call.book.groups[log.group].reactions
        if allowed is not None:
            full["available_reactions"] = [{"type": "emoji", "emoji": emoji} for emoji in allowed]
    elif not log.started:
        raise bad_request("chat not found")
    if log.pinned:
        full["pinned_message"] = log.notes[log.pinned[-1]].body
    return {**call.book.chat_object(log), **full}


def member_object(book: Book, who: int, member: Member | None) -> Json:
    """A ChatMember with all the fields of its status."""
    user = book.user_object(who, language=False)
    status = member.status if member else "left"
    answer: Json = {"user": user, "status": status}
    anonymous = member is not None and member.anonymous
    if status == "creator":
        answer["is_anonymous"] = anonymous
    elif status == "administrator":
        answer |= {"can_be_edited": False, "is_anonymous": anonymous}
        answer |= dict.fromkeys(RIGHTS, True)
    elif status == "kicked":
        answer["until_date"] = 0
    return answer


def _group(call: Call, log: ChatLog) -> Group | None:
    return call.book.groups[log.group] if log.group else None


@method("chat_id! user_id!")
def get_chat_member(call: Call) -> Json:
    """Somebody's place in a chat."""
    log = call.chat()
    who = call.whole("user_id")
    if who not in call.book.people and who not in call.book.bots:
        raise bad_request("PARTICIPANT_ID_INVALID")
    group = _group(call, log)
    if group is None:
        return member_object(call.book, who, Member("member") if who in {log.user, log.bot} else None)
    return member_object(call.book, who, group.members.get(who))


@method("chat_id! return_bots")
def get_chat_administrators(call: Call) -> list[Json]:
    """Who administers a group, other bots left out."""
    group = _group(call, call.chat())
    if group is None:
        raise bad_request("there are no administrators in the private chat")
    hidden = set(call.book.bots) - {call.bot.id} if not call.flag("return_bots") else set()
    return [
        member_object(call.book, who, member)
        for who, member in group.members.items()
        if member.status in {"creator", "administrator"} and who not in hidden
    ]


@method("chat_id!")
def get_chat_member_count(call: Call) -> int:
    """How many are in a chat."""
    group = _group(call, call.chat())
    return 2 if group is None else sum(1 for m in group.members.values() if m.status in PRESENT)


@method("chat_id!")
def leave_chat(call: Call) -> bool:
    """The bot goes."""
    group = _group(call, call.chat())
    if group is None:
        raise bad_request("chat member status can't be changed in private chats")
    group.members[call.bot.id] = Member("left")
    call.book.write(
        call.book.group_chat(group.id), call.bot.as_user(), {"left_chat_member": call.bot.as_user()}
    )
    return True


# topics


def _forum(call: Call) -> tuple[ChatLog, Group]:
    log = call.chat()
    group = _group(call, log)
    if group is None or not group.is_forum:
        raise bad_request("the chat is not a forum")
    if not call.is_admin(group):
        raise bad_request("not enough rights to create a topic")
    return log, group


@method("chat_id! name! icon_color icon_custom_emoji_id")
def create_forum_topic(call: Call) -> Json:
    """A new topic."""
    log, group = _forum(call)
    made = {"name": call.text("name"), "icon_color": call.whole("icon_color", 7322096)}
    note = call.book.write(log, call.bot.as_user(), {"forum_topic_created": made, "is_topic_message": True})
    thread = int(note.body["message_id"])
    note.body["message_thread_id"] = thread
    group.topics[thread] = call.text("name")
    return {"message_thread_id": thread, **made}


@method("chat_id! message_thread_id! name icon_custom_emoji_id")
def edit_forum_topic(call: Call) -> bool:
    """Another name for a topic."""
    log, group = _forum(call)
    thread = call.whole("message_thread_id")
    if thread not in group.topics:
        raise bad_request("message thread not found")
    group.topics[thread] = call.text("name") or group.topics[thread]
    call.book.touch(log)
    return True
