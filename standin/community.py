"""The cast: people and groups come and go, bots are added, promoted, blocked; groups migrate."""

from __future__ import annotations

import random
import secrets
from typing import Any

from standin.book import TOKEN, Book, Bot, Group, Member, Person
from standin.people import Ids, merge, tell
from standin.rooms import member_object

Json = dict[str, Any]


def make_bot(book: Book, wanted: Json) -> Json:
    """A bot, new or changed."""
    known = book.bots.get(int(wanted.get("id") or 0))
    token = wanted.get("token") or (known.token if known else None)
    if token is None:
        token = f"{wanted.get('id') or random.randint(10**9, 8 * 10**9)}:{secrets.token_hex(18)}"
    match = TOKEN.fullmatch(str(token))
    if match is None:
        raise ValueError(r"token must be like \d+:[\w-]{30,}")
    bot = book.bots.get(int(match[1])) or book.add_bot(str(token))
    bot.token = str(token)
    for name in ("first_name", "username"):
        if wanted.get(name):
            setattr(bot, name, str(wanted[name]))
    if "can_read_all_group_messages" in wanted:
        bot.can_read_all_group_messages = bool(wanted["can_read_all_group_messages"])
    book.journal.tick()
    return bot_view(bot)


def bot_view(bot: Bot) -> Json:
    """A bot as the control API shows it."""
    return {
        "id": bot.id,
        "token": bot.token,
        "username": bot.username,
        "first_name": bot.first_name,
        "can_read_all_group_messages": bot.can_read_all_group_messages,
    }


def make_user(book: Book, wanted: Json) -> Json:
    """A person, new or changed."""
    user_id = int(wanted.get("id") or _free_id(book))
    known = book.people.get(user_id)
    if known is None:
        if user_id <= 0 or user_id in book.bots:
            raise ValueError("id must be a positive number that no bot has")
        known = book.people[user_id] = Person(user_id, str(wanted["first_name"]))
    for name in ("first_name", "last_name", "username", "language_code"):
        if name in wanted:
            setattr(known, name, str(wanted[name] or ""))
    book.journal.tick()
    return known.as_user()


def _free_id(book: Book) -> int:
    while True:
        user_id = random.randint(10**9, 7 * 10**9)
        if user_id not in book.people and user_id not in book.bots:
            return user_id


def make_group(book: Book, wanted: Json) -> Json:
    """A group with its members; its bots are told that they were added."""
    kind = wanted.get("type", "supergroup")
    if kind not in {"group", "supergroup"}:
        raise ValueError("type must be group or supergroup")
    low = (
        -(10**12) - random.randint(10**9, 4 * 10**9)
        if kind == "supergroup"
        else -random.randint(10**8, 10**9)
    )
    group = Group(
        int(wanted.get("id") or low),
        str(wanted["title"]),
        kind,
        bool(wanted.get("is_forum")),
        str(wanted.get("username") or ""),
    )
    if group.id >= 0 or group.id in book.groups:
        raise ValueError("id must be a new negative number")
    members = [book.person(int(who)).id for who in wanted.get("members", [])]
    creator = int(wanted.get("creator") or (members[0] if members else 0))
    if not creator:
        raise ValueError("a group needs a member")
    book.person(creator)
    group.members = {who: Member("member") for who in members} | {creator: Member("creator")}
    book.groups[group.id] = group
    book.write(
        book.group_chat(group.id),
        book.person(creator).as_user(),
        {"group_chat_created": True} if kind == "group" else {"supergroup_chat_created": True},
    )
    given = Ids()
    for bot in wanted.get("bots", []):
        merge(given, add(book, {"group": group.id, "member": bot, "by": creator})["update_ids"])
    return {**group_view(group), "update_ids": given}


def group_view(group: Group) -> Json:
    """A group as the control API shows it."""
    return {
        **group.as_chat(),
        "members": [
            {"id": who, "status": member.status, "anonymous": member.anonymous}
            for who, member in group.members.items()
        ],
        "topics": [{"message_thread_id": thread, "name": name} for thread, name in group.topics.items()],
        "migrated_to": group.migrated_to,
    }


def _actor(group: Group, wanted: Json) -> int:
    by = wanted.get("by")
    if by is not None:
        return int(by)
    return next(who for who, member in group.members.items() if member.status == "creator")


def _move(book: Book, group: Group, by: int, who: int, new: Member) -> Ids:
    """Change somebody's place and tell: the bot itself, and bots that administer the group."""
    old = group.members.get(who)
    change = {
        "chat": group.as_chat(),
        "from": book.user_object(by),
        "date": int(book.now()),
        "old_chat_member": member_object(book, who, old),
        "new_chat_member": member_object(book, who, new),
    }
    watching = [
        bot
        for bot in book.bots_in(group)
        if group.members[bot.id].status == "administrator" and bot.id != who
    ]
    group.members[who] = new
    given = tell(book, [book.bots[who]], "my_chat_member", change) if who in book.bots else Ids()
    merge(given, tell(book, watching, "chat_member", change))
    book.touch(book.group_chat(group.id))
    return given


def _announce(book: Book, group: Group, by: int, content: Json) -> Ids:
    note = book.write(book.group_chat(group.id), book.user_object(by), content)
    return tell(book, list(book.bots_in(group)), "message", note.body)


def add(book: Book, wanted: Json) -> Json:
    """Somebody comes into a group."""
    group, who = book.group(int(wanted["group"])), int(wanted["member"])
    if group.has(who):
        raise ValueError("already in the group")
    by = _actor(group, wanted)
    user = book.user_object(who)
    given = _move(book, group, by, who, Member("member"))
    content = {"new_chat_participant": user, "new_chat_member": user, "new_chat_members": [user]}
    return {"update_ids": merge(given, _announce(book, group, by, content))}


def remove(book: Book, wanted: Json) -> Json:
    """Somebody goes or is put out."""
    group, who = book.group(int(wanted["group"])), int(wanted["member"])
    if not group.has(who):
        raise ValueError("not in the group")
    by = _actor(group, wanted)
    given = _move(book, group, by, who, Member("left" if by == who else "kicked"))
    user = book.user_object(who)
    content = {"left_chat_participant": user, "left_chat_member": user}
    return {"update_ids": merge(given, _announce(book, group, by, content))}


def promote(book: Book, wanted: Json, status: str = "administrator") -> Json:
    """Somebody becomes administrator, or a plain member again."""
    group, who = book.group(int(wanted["group"])), int(wanted["member"])
    if not group.has(who):
        raise ValueError("not in the group")
    if group.members[who].status == "creator":
        group.members[who].anonymous = bool(wanted.get("anonymous"))
        return {"update_ids": {}}
    new = Member(status, bool(wanted.get("anonymous")) and status == "administrator")
    return {"update_ids": _move(book, group, _actor(group, wanted), who, new)}


def demote(book: Book, wanted: Json) -> Json:
    """Somebody becomes a plain member again."""
    return promote(book, wanted, "member")


def retitle(book: Book, wanted: Json) -> Json:
    """A group gets another title."""
    group = book.group(int(wanted["group"]))
    group.title = str(wanted["title"])
    return {"update_ids": _announce(book, group, _actor(group, wanted), {"new_chat_title": group.title})}


def allow_reactions(book: Book, wanted: Json) -> Json:
    """The administrators choose which reactions a group takes; None is all of them."""
    allowed = wanted.get("allowed")
    book.group(int(wanted["group"])).reactions = (
        None if allowed is None else [str(emoji) for emoji in allowed]
    )
    return {}


def topic(book: Book, wanted: Json) -> Json:
    """A person opens a topic in a forum."""
    group = book.group(int(wanted["group"]))
    if not group.is_forum:
        raise ValueError("the group is no forum")
    log = book.group_chat(group.id)
    thread = log.next_id
    group.topics[thread] = str(wanted["name"])
    content = {
        "message_thread_id": thread,
        "is_topic_message": True,
        "forum_topic_created": {"name": group.topics[thread], "icon_color": 7322096},
    }
    given = _announce(book, group, _actor(group, wanted), content)
    return {"message_thread_id": thread, "update_ids": given}


def migrate(book: Book, wanted: Json) -> Json:
    """A group becomes a supergroup: a new id, a message in both."""
    old = book.group(int(wanted["group"]))
    if old.type != "group" or old.migrated_to:
        raise ValueError("only a group that has not moved can migrate")
    new = Group(-(10**12) - random.randint(10**9, 4 * 10**9), old.title)
    new.members = {who: Member(member.status, member.anonymous) for who, member in old.members.items()}
    book.groups[new.id] = new
    by = _actor(old, wanted)
    given = _announce(book, old, by, {"migrate_to_chat_id": new.id})
    old.migrated_to = new.id
    merge(given, _announce(book, new, by, {"migrate_from_chat_id": old.id}))
    return {"id": new.id, "update_ids": given}


def block(book: Book, wanted: Json) -> Json:
    """A person blocks a bot."""
    return _set_blocked(book, wanted, True)


def unblock(book: Book, wanted: Json) -> Json:
    """A person lets a bot write again."""
    return _set_blocked(book, wanted, False)


def _set_blocked(book: Book, wanted: Json, blocked: bool) -> Json:
    bot, person = book.bot(int(wanted["bot"])), book.person(int(wanted["user"]))
    log = book.private(bot.id, person.id)
    if log.blocked == blocked:
        return {"update_ids": {}}
    log.blocked = blocked
    before, after = ("member", "kicked") if blocked else ("kicked", "member")
    change = {
        "chat": person.as_chat(),
        "from": person.as_user(),
        "date": int(book.now()),
        "old_chat_member": member_object(book, bot.id, Member(before)),
        "new_chat_member": member_object(book, bot.id, Member(after)),
    }
    book.touch(log)
    return {"update_ids": tell(book, [bot], "my_chat_member", change)}
