"""Presses and commands of the staff's hands: quick choices, filing, lists, bulk work, checklists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from desk.hand import Hand
from desk.incoming import Incoming
from desk.office import Office
from desk.staff import bulk, checklist, correcting, duty, filing, finding, handover, listing, watching
from domain.errors import Refused
from handlers.pressing import Action, Press, Toast, hand_of


async def new(office: Office, hand: Hand, answered: Incoming | None = None) -> None:
    """/new: enter a matter for somebody. `answered` is the message that the command replies to."""
    if not hand.text and not hand.file_id and answered is None:
        example = "/new 3号楼电梯坏了 王阿姨 13800000000"
        await listing.say_back(office, hand, "how_to_use", command="/new", example=example)
        return
    await filing.file_for(office, hand, answered)


async def _search(office: Office, hand: Hand) -> None:
    if not hand.text:
        await listing.say_back(
            office, hand, "how_to_use", command="/search", example="/search 电梯 在办 本周"
        )
        return
    await finding.send_found(office, hand, hand.text[:60])


async def _tickets(office: Office, hand: Hand) -> None:
    await finding.send_found(office, hand, "@open")


async def _mine(office: Office, hand: Hand) -> None:
    await finding.send_found(office, hand, "@mine")


async def _overdue(office: Office, hand: Hand) -> None:
    await finding.send_found(office, hand, "@overdue")


async def _bulk(office: Office, hand: Hand) -> None:
    await bulk.begin(office, hand, hand.text[:60])


async def _duty(office: Office, hand: Hand) -> None:
    await duty.show_week(office, hand)


async def _handover(office: Office, hand: Hand) -> None:
    await handover.begin(office, hand)


COMMANDS: dict[str, Callable[[Office, Hand], Awaitable[None]]] = {
    "new": new,
    "tickets": _tickets,
    "mine": _mine,
    "overdue": _overdue,
    "search": _search,
    "bulk": _bulk,
    "duty": _duty,
    "handover": _handover,
}


async def _complex(office: Office, press: Press) -> Toast:
    return Toast(await correcting.mark_complex(office, hand_of(press)), alert=True)


async def _place_like(office: Office, press: Press) -> Toast:
    return Toast(await correcting.place_like(office, hand_of(press), press.arg))


async def _want_place(office: Office, press: Press) -> Toast:
    return Toast(await correcting.want_place(office, hand_of(press)))


async def _want_phone(office: Office, press: Press) -> Toast:
    return Toast(await filing.want_phone(office, hand_of(press)))


async def _origin(office: Office, press: Press) -> Toast:
    page, _, origin = press.arg.partition("|")
    return Toast(await filing.set_origin(office, hand_of(press), page, origin))


async def _phoned(office: Office, press: Press) -> Toast:
    return Toast(await filing.phoned(office, hand_of(press)))


async def _phoned_solved(office: Office, press: Press) -> Toast:
    return Toast(await filing.phoned(office, hand_of(press), "solved"))


async def _phoned_unsolved(office: Office, press: Press) -> Toast:
    return Toast(await filing.phoned(office, hand_of(press), "unsolved"))


async def _turn(office: Office, press: Press) -> Toast:
    page, offset = _parts(press.arg, 2)
    await finding.turn_page(office, hand_of(press), page, _number(offset))
    return Toast()


async def _begin_bulk(office: Office, press: Press) -> Toast:
    await bulk.begin(office, hand_of(press), "", listed_on=press.arg)
    return Toast()


async def _bulk_tick(office: Office, press: Press) -> Toast:
    page, choice, which = _parts(press.arg, 3)
    if which != bulk.ALL:
        _number(which)
    await bulk.tick(office, hand_of(press), page, _number(choice), which)
    return Toast()


async def _bulk_menu(office: Office, press: Press) -> Toast:
    page, choice, menu = _parts(press.arg, 3)
    await bulk.open_menu(office, hand_of(press), page, _number(choice), menu)
    return Toast()


async def _bulk_act(office: Office, press: Press) -> Toast:
    page, choice, act = _parts(press.arg, 3)
    await bulk.preview(office, hand_of(press), page, _number(choice), act)
    return Toast()


async def _bulk_yes(office: Office, press: Press) -> Toast:
    page, choice = _parts(press.arg, 2)
    return Toast(await bulk.confirm(office, hand_of(press), page, _number(choice)))


async def _checklist(office: Office, press: Press) -> Toast:
    return Toast(await checklist.open_list(office, hand_of(press)))


async def _tick(office: Office, press: Press) -> Toast:
    page, item = _parts(press.arg, 2)
    return Toast(await checklist.tick(office, hand_of(press), page, item))


async def _unwatch(office: Office, press: Press) -> Toast:
    return Toast(await watching.unwatch(office, hand_of(press)))


def _parts(arg: str, count: int) -> list[str]:
    parts = arg.split("|", count - 1)
    if len(parts) != count:
        raise Refused("gone")
    return parts


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Refused("gone")
    return int(text)


ACTIONS: dict[str, Action] = {
    "complex": _complex,
    "place_like": _place_like,
    "want_place": _want_place,
    "want_phone": _want_phone,
    "origin": _origin,
    "phoned": _phoned,
    "phoned_solved": _phoned_solved,
    "phoned_unsolved": _phoned_unsolved,
    "turn": _turn,
    "bulk": _begin_bulk,
    "bulk_tick": _bulk_tick,
    "bulk_menu": _bulk_menu,
    "bulk_act": _bulk_act,
    "bulk_yes": _bulk_yes,
    "checklist": _checklist,
    "tick": _tick,
    "unwatch": _unwatch,
}
