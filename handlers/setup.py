"""The first set-up in Telegram: what an administrator or a lead types, sends and presses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from desk.incoming import Incoming
from desk.office import Office
from desk.residents import neighbourhood
from desk.setup import importing, joining, setting_up, setup_pages
from desk.setup.house_list import ImportSheet
from desk.speech import tell
from domain.errors import ImportProblem, Refused
from domain.roles import Role
from handlers.pressing import Action, Press, refusing
from storage.questions import Question
from storage.store import Tx
from texts.setup import CANCEL_WORDS, SKIP_WORDS, TOASTS

LISTS = ("setup_buildings", "setup_import")
AFTER = {"group": "buildings", "buildings": "team"}


async def admin_home(office: Office, message: Incoming) -> bool:
    """Show what the person manages; False when that is nothing."""
    return await setup_pages.show_home(office, message.chat_id, message.user_id)


async def join_by_link(office: Office, code: str, message: Incoming) -> None:
    """/start j_CODE: a colleague takes up an invitation."""
    try:
        await joining.join(office, code, message.user_id, message.name)
    except Refused as refusal:
        await _refuse(office, message.chat_id, message.message_id, refusal, reply=False)


async def group_setup(
    office: Office, chat_id: int, chat_title: str, user_id: int, message_id: int, payload: str
) -> None:
    """/setup in a group, or the bot's arrival there by the set-up's link (s_CODE)."""
    code = payload[2:] if payload.startswith("s_") else ""
    try:
        await setting_up.offer_group(office, chat_id, user_id, code, title=chat_title)
    except Refused as refusal:
        await _refuse(office, chat_id, message_id, refusal, reply=chat_id < 0)


async def residents_setup(office: Office, chat_id: int, user_id: int, message_id: int) -> None:
    """/setup 居民群 in a group of residents."""
    try:
        await neighbourhood.offer(office, chat_id, user_id)
    except Refused as refusal:
        await _refuse(office, chat_id, message_id, refusal, reply=chat_id < 0)


async def setup_text(office: Office, message: Incoming) -> bool:
    """Take a private text as the answer to the open question of the set-up; False when there is none."""
    asked = await setup_pages.open_question(office, message.chat_id, message.user_id)
    if asked is None or not message.text:
        return False
    if asked.kind == "setup_myname":
        fresh = office.now_ms() - asked.asked_at < joining.NAME_ASKED_FOR
        skipped = message.text in SKIP_WORDS | CANCEL_WORDS
        if not skipped and not (fresh and joining.is_person(office, message.text)):
            return False
    try:
        await _answer(office, message, asked)
    except Refused as refusal:
        await _refuse(office, message.chat_id, message.message_id, refusal, reply=False)
    return True


async def _answer(office: Office, message: Incoming, asked: Question) -> None:
    chat_id, user_id, text = message.chat_id, message.user_id, message.text
    community_id = int(asked.data.get("community", 0))
    step = asked.kind.removeprefix("setup_")
    if text in SKIP_WORDS | CANCEL_WORDS:
        if step == "myname":
            await joining.rename(office, community_id, user_id)
        elif text in SKIP_WORDS and community_id:
            await _go_on(office, chat_id, user_id, community_id, step)
        else:
            await setup_pages.cancel(office, chat_id, user_id, community_id)
    elif step == "name":
        await setting_up.create_community(office, user_id, text)
    elif step == "myname":
        await joining.rename(office, community_id, user_id, text)
    elif asked.kind in LISTS:
        waiting = setting_up.waiting_sheet(asked, community_id)
        last = waiting.rows[-1].estate if waiting.rows else ""
        read = _read(lambda: importing.parse_pasted(text, last))
        await setting_up.check_buildings(office, message, community_id, read, table="\t" in text)
    else:
        await setting_up.set_field(office, community_id, user_id, step, text)


async def expects_document(office: Office, message: Incoming) -> bool:
    """Whether a file of this person would be taken as a list of buildings: else it need not be fetched."""
    asked = await setup_pages.open_question(office, message.chat_id, message.user_id)
    return asked is not None and asked.kind in LISTS


async def setup_document(office: Office, message: Incoming, name: str, content: bytes | None) -> bool:
    """Take a file as the list of buildings that was asked for; False when none was asked for.

    `content` is None when the file was too big to be fetched.
    """
    asked = await setup_pages.open_question(office, message.chat_id, message.user_id)
    if asked is None or asked.kind not in LISTS:
        return False
    community_id = int(asked.data["community"])
    read: ImportSheet | ImportProblem
    if content is None:
        read = ImportProblem(((0, "", "too_big", name),))
    else:
        fetched = content
        read = await asyncio.to_thread(_read, lambda: importing.parse_file(name, fetched))
    try:
        await setting_up.check_buildings(office, message, community_id, read, table=True)
    except Refused as refusal:
        await _refuse(office, message.chat_id, message.message_id, refusal, reply=False)
    return True


def _read(parse: Callable[[], ImportSheet]) -> ImportSheet | ImportProblem:
    try:
        return parse()
    except ImportProblem as problem:
        return problem


async def _refuse(office: Office, chat_id: int, message_id: int, refusal: Refused, *, reply: bool) -> None:
    """Say why. Nothing of what was asked for has been written, so this is the update's one change."""

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            chat_id,
            "setup_refused",
            str(message_id),
            reply_to=message_id if reply else None,
            reason=refusal.reason,
            values=dict(refusal.values),
        )

    await office.write(change)


async def _go_on(office: Office, chat_id: int, user_id: int, community_id: int, step: str) -> None:
    """Leave a step out: to the one after it, at the end to the checklist."""
    following = AFTER.get("buildings" if f"setup_{step}" in LISTS else step)
    if following == "buildings":
        await setup_pages.ask(office, chat_id, user_id, "buildings", community_id)
    elif following == "team":
        await joining.show_roles(office, chat_id, user_id, community_id)
    else:
        await setup_pages.show_page(office, chat_id, user_id, community_id)


def _numbers(arg: str) -> list[int]:
    return [int(part) if part.lstrip("-").isdecimal() else 0 for part in arg.split(":")]


async def _create(office: Office, press: Press) -> None:
    await setup_pages.ask(office, press.chat_id, press.user_id, "name")


async def _list(office: Office, press: Press) -> None:
    await setup_pages.show_list(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _page(office: Office, press: Press) -> None:
    await setup_pages.show_page(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _group(office: Office, press: Press) -> None:
    await setup_pages.show_group_step(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _bind(office: Office, press: Press) -> None:
    await setting_up.bind_group(office, _numbers(press.arg)[0], press.chat_id, press.user_id)


def _asks(step: str) -> Callable[[Office, Press], Awaitable[None]]:
    async def ask(office: Office, press: Press) -> None:
        await setup_pages.ask(office, press.chat_id, press.user_id, step, _numbers(press.arg)[0])

    return ask


async def _template(office: Office, press: Press) -> None:
    await setup_pages.send_template(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _import(office: Office, press: Press) -> None:
    await setting_up.import_waiting(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _roles(office: Office, press: Press) -> None:
    await joining.show_roles(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _role(office: Office, press: Press) -> None:
    community, _, role = press.arg.partition(":")
    if role not in set(Role):
        raise Refused("setup_bad_role")
    await joining.invite(office, int(community), Role(role), press.user_id)


async def _me(office: Office, press: Press) -> None:
    await joining.join_oneself(office, _numbers(press.arg)[0], press.user_id, press.user_name)


async def _keep_name(office: Office, press: Press) -> None:
    await joining.rename(office, _numbers(press.arg)[0], press.user_id)


async def _rename(office: Office, press: Press) -> None:
    await joining.ask_name(office, _numbers(press.arg)[0], press.user_id)


async def _put(office: Office, press: Press) -> None:
    community, what, value = press.arg.split(":", 2)
    await setting_up.set_field(office, int(community), press.user_id, what, value)


async def _team(office: Office, press: Press) -> None:
    await joining.show_team(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _remove(office: Office, press: Press) -> None:
    community, user = _numbers(press.arg)
    await joining.confirm_remove(office, press.chat_id, press.user_id, community, user)


async def _remove_yes(office: Office, press: Press) -> None:
    community, user = _numbers(press.arg)
    await joining.remove(office, community, user, press.user_id)


async def _links(office: Office, press: Press) -> None:
    await setup_pages.show_links(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _qr(office: Office, press: Press) -> None:
    await setup_pages.send_qr(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _link_list(office: Office, press: Press) -> None:
    await setup_pages.send_link_list(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


async def _skip(office: Office, press: Press) -> None:
    community, _, step = press.arg.partition(":")
    await _go_on(office, press.chat_id, press.user_id, int(community), step)


async def _cancel(office: Office, press: Press) -> None:
    await setup_pages.cancel(office, press.chat_id, press.user_id, _numbers(press.arg)[0])


_STEPS: dict[str, Callable[[Office, Press], Awaitable[None]]] = {
    "setup_create": _create,
    "setup_list": _list,
    "setup_page": _page,
    "setup_group": _group,
    "setup_bind": _bind,
    "setup_buildings": _asks("buildings"),
    "setup_template": _template,
    "setup_import": _import,
    "setup_invite": _roles,
    "setup_role": _role,
    "setup_me": _me,
    "setup_keep_name": _keep_name,
    "setup_rename": _rename,
    "setup_phone": _asks("phone"),
    "setup_hours": _asks("hours"),
    "setup_summary": _asks("summary"),
    "setup_put": _put,
    "setup_team": _team,
    "setup_remove": _remove,
    "setup_remove_yes": _remove_yes,
    "setup_links": _links,
    "setup_qr": _qr,
    "setup_link_list": _link_list,
    "setup_skip": _skip,
    "setup_cancel": _cancel,
}
ACTIONS: dict[str, Action] = {name: refusing(run, TOASTS.get(name, "")) for name, run in _STEPS.items()}
