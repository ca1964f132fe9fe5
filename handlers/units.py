"""What the people of other organisations press, send and open, and what those do who build the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desk.hand import Hand
from desk.incoming import Incoming
from desk.levels import climbing, council, organisations, tree_sheet, unit_list, unit_work
from desk.office import Office
from desk.speech import tell
from desk.staff import closing_photo, listing
from domain.errors import ImportProblem, Refused
from domain.levels import Kind
from handlers.pressing import Action, Press, Toast, hand_of, refusing
from storage import questions
from storage.questions import Question
from storage.store import Tx
from texts.levels import STRAIGHT
from texts.setup import CANCEL_WORDS


async def replied(office: Office, message: Incoming, community_id: int, ticket_id: int) -> bool:
    """Take a reply to an organisation's card as its answer; False when it is none of theirs."""
    ours, stranger_to = await unit_work.speaks_for_a_unit(office, message.chat_id, message.user_id, ticket_id)
    if not ours and not stranger_to:
        return False
    hand = Hand(
        community_id=community_id,
        ticket_id=ticket_id,
        user_id=message.user_id,
        key=f"m{message.message_id}",
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=message.text,
        media=message.media if message.file_id and message.media != "location" else "",
        file_id=message.file_id if message.media != "location" else "",
        user_name=message.name,
    )
    if stranger_to:
        await listing.say_back(office, hand, "unit_stranger", unit=stranger_to)
        return True
    try:
        await unit_work.answer(office, hand)
    except Refused as refusal:
        await listing.refuse(office, hand, refusal)
    return True


async def join_by_link(office: Office, code: str, message: Incoming) -> None:
    """/start u_CODE: somebody takes up an organisation's invitation."""
    try:
        await organisations.join(office, code, message.user_id, message.name)
    except Refused as refusal:
        await _refuse(office, message, refusal)


async def show_held(office: Office, message: Incoming) -> bool:
    """/start, /tickets or /mine of someone who works for an organisation; False for everybody else."""
    return await unit_list.list_held(office, message.chat_id, message.user_id, message.key)


async def show_help(office: Office, message: Incoming) -> bool:
    """/help of someone who works for an organisation, or in its group; False elsewhere."""
    return await unit_list.explain(office, message.chat_id, message.user_id, message.key)


async def bind_group(office: Office, chat_id: int, user_id: int, message_id: int, payload: str) -> None:
    """The bot was brought into an organisation's group by its link (g_CODE)."""
    try:
        await organisations.bind_group(office, chat_id, user_id, payload[2:])
    except Refused as refusal:
        await _say_why(office, chat_id, str(message_id), refusal)


async def takes_text(office: Office, message: Incoming) -> bool:
    """Take a private text as what was asked for while the tree is built; False when nothing was."""
    asked = await _open_question(office, message)
    if asked is None or not message.text:
        return False
    community_id = int(asked.data["community"])
    try:
        if message.text in CANCEL_WORDS:
            await organisations.show_tree(office, message.chat_id, message.user_id, community_id)
        elif asked.kind == "units_name":
            await organisations.enter(office, message.chat_id, message.user_id, message.text)
        else:
            read = _read(lambda: tree_sheet.read_text(message.text))
            await tree_sheet.check(office, message, community_id, read)
    except Refused as refusal:
        await _refuse(office, message, refusal)
    return True


async def expects_document(office: Office, message: Incoming) -> bool:
    """Whether a file of this person would be taken as a list of organisations."""
    asked = await _open_question(office, message)
    return asked is not None and asked.kind == "units_list"


async def takes_document(office: Office, message: Incoming, name: str, content: bytes) -> None:
    """The list of organisations as a file."""
    asked = await _open_question(office, message)
    read = await asyncio.to_thread(_read, lambda: tree_sheet.read_file(name, content))
    try:
        if asked is None:
            raise Refused("gone")
        await tree_sheet.check(office, message, int(asked.data["community"]), read)
    except Refused as refusal:
        await _refuse(office, message, refusal)


def _read(parse: Callable[[], tuple[tree_sheet.Line, ...]]) -> tuple[tree_sheet.Line, ...] | ImportProblem:
    try:
        return parse()
    except ImportProblem as problem:
        return problem


async def _open_question(office: Office, message: Incoming) -> Question | None:
    asked = await office.store.read(lambda tx: questions.open_to(tx, message.chat_id, message.user_id))
    return asked if asked and asked.kind in organisations.ASKED else None


async def _refuse(office: Office, message: Incoming, refusal: Refused) -> None:
    await _say_why(office, message.chat_id, message.key, refusal)


async def _say_why(office: Office, chat_id: int, key: str, refusal: Refused) -> None:
    """Nothing of what was asked for has been written, so this is the update's one change."""

    async def change(tx: Tx) -> None:
        values = dict(refusal.values)
        await tell(tx, office, chat_id, "units_refused", key, reason=refusal.reason, values=values)

    await office.write(change)


def _numbers(arg: str) -> tuple[int, str]:
    """The hop of a button, and what stands behind it."""
    hop, _, rest = arg.partition(":")
    if not hop.isdecimal():
        raise Refused("gone")
    return int(hop), rest


def _unit(arg: str) -> int:
    if not arg.isdecimal():
        raise Refused("gone")
    return int(arg)


async def _hand_on(office: Office, press: Press) -> Toast:
    unit, reason = _numbers(press.arg)
    return Toast(await climbing.hand_on(office, hand_of(press), unit, reason), alert=True)


async def _council(office: Office, press: Press) -> Toast:
    return Toast(await council.designate(office, hand_of(press), _unit(press.arg)), alert=True)


async def _take(office: Office, press: Press) -> Toast:
    hop, _ = _numbers(press.arg)
    return Toast(await unit_work.take(office, hand_of(press), hop))


async def _menu(office: Office, press: Press) -> Toast:
    hop, menu = _numbers(press.arg)
    return Toast(await unit_work.open_menu(office, hand_of(press), hop, menu))


async def _done(office: Office, press: Press) -> Toast:
    hop, result = _numbers(press.arg)
    straight = result.endswith(STRAIGHT)
    chosen = result.removesuffix(STRAIGHT)
    return Toast(await unit_work.finish(office, hand_of(press), hop, chosen, straight=straight))


async def _back(office: Office, press: Press) -> Toast:
    hop, reason = _numbers(press.arg)
    straight = reason.endswith(STRAIGHT)
    chosen = reason.removesuffix(STRAIGHT)
    return Toast(await unit_work.give_back(office, hand_of(press), hop, chosen, straight=straight))


async def _on(office: Office, press: Press) -> Toast:
    hop, unit = _numbers(press.arg)
    return Toast(await unit_work.climb_on(office, hand_of(press), hop, _unit(unit)), alert=True)


async def _full(office: Office, press: Press) -> Toast:
    hop, _ = _numbers(press.arg)
    return Toast(await unit_work.look(office, hand_of(press), hop))


async def _show(office: Office, press: Press) -> Toast:
    hop, _ = _numbers(press.arg)
    return Toast(await unit_work.show_again(office, hand_of(press), hop))


def _parts(arg: str) -> list[int]:
    return [int(part) if part.isdecimal() else 0 for part in arg.split(":")]


async def _tree(office: Office, press: Press) -> None:
    await organisations.show_tree(office, press.chat_id, press.user_id, _parts(press.arg)[0])


async def _add(office: Office, press: Press) -> None:
    community, _, kind = press.arg.partition(":")
    if kind not in set(Kind):
        raise Refused("gone")
    await organisations.ask_name(office, press.chat_id, press.user_id, int(community), Kind(kind))


async def _known(office: Office, press: Press) -> None:
    community, unit = _parts(press.arg)
    await organisations.hang_below(office, press.chat_id, press.user_id, community, unit)


async def _page(office: Office, press: Press) -> None:
    community, unit = _parts(press.arg)
    await organisations.show_unit(office, press.chat_id, press.user_id, community, unit)


async def _invite(office: Office, press: Press) -> None:
    community, unit = _parts(press.arg)
    await organisations.invite(office, press.user_id, community, unit)


async def _remove(office: Office, press: Press) -> None:
    community, unit, whom = _parts(press.arg)
    await organisations.remove(office, press.user_id, community, unit, whom)


async def _close(office: Office, press: Press) -> None:
    community, unit = _parts(press.arg)
    await organisations.close(office, press.user_id, community, unit)


async def _sheet(office: Office, press: Press) -> None:
    await tree_sheet.ask_sheet(office, press.chat_id, press.user_id, _parts(press.arg)[0])


async def _import(office: Office, press: Press) -> None:
    await tree_sheet.import_waiting(office, press.chat_id, press.user_id, _parts(press.arg)[0])


async def _leave(office: Office, press: Press) -> None:
    await organisations.back_to_setup(office, press.chat_id, press.user_id, _parts(press.arg)[0])


TREE_ACTIONS: dict[str, Action] = {
    "units_tree": refusing(_tree),
    "units_add": refusing(_add),
    "units_known": refusing(_known),
    "units_page": refusing(_page),
    "units_invite": refusing(_invite),
    "units_remove": refusing(_remove),
    "units_close": refusing(_close),
    "units_sheet": refusing(_sheet),
    "units_import": refusing(_import),
    "units_leave": refusing(_leave),
}
"""Of administrators and leads who build the tree."""


async def _photo_skip(office: Office, press: Press) -> Toast:
    return Toast(await closing_photo.skip(office, hand_of(press), press.arg))


STAFF_ACTIONS: dict[str, Action] = {
    "hand_on": _hand_on,
    "council_pick": _council,
    "photo_skip": _photo_skip,
}
"""Of the community's own staff, and of the council."""
UNIT_ACTIONS: dict[str, Action] = {
    "unit_take": _take,
    "unit_menu": _menu,
    "unit_done": _done,
    "unit_back": _back,
    "unit_on": _on,
    "unit_full": _full,
    "unit_show": _show,
}
