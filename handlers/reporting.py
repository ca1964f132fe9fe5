"""Buttons and commands of summaries, pictures and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from desk.figures import copies, exporting, joint_meeting, picturing, ranking, spot_checks
from desk.hand import Hand
from desk.incoming import Incoming
from desk.levels import areas
from desk.office import Office
from desk.staff import listing
from domain.errors import Refused
from handlers.pressing import Action, Press, Toast, hand_of


async def _copy(office: Office, press: Press) -> Toast:
    await copies.send_copy(office, hand_of(press), press.arg)
    return Toast()


async def _word(office: Office, press: Press) -> Toast:
    said = await copies.send_word(office, hand_of(press), press.arg)
    return Toast(said, alert=bool(said))


async def _area(office: Office, press: Press) -> Toast:
    await areas.send_area(office, hand_of(press), press.arg)
    return Toast()


async def _area_picture(office: Office, press: Press) -> Toast:
    return Toast(await areas.send_picture(office, hand_of(press), press.arg))


async def _export(office: Office, press: Press) -> Toast:
    await exporting.send_period(office, hand_of(press), press.arg)
    return Toast()


async def _pictures(office: Office, press: Press) -> Toast:
    await picturing.send_menu(office, hand_of(press))
    return Toast()


async def _paint(office: Office, press: Press) -> Toast:
    return Toast(await picturing.send_picture(office, hand_of(press), press.arg))


async def _picture_command(office: Office, hand: Hand) -> None:
    await picturing.send_menu(office, hand)


async def _spot(office: Office, press: Press) -> Toast:
    found, _, page = press.arg.partition(":")
    return Toast(await spot_checks.check(office, hand_of(press), found, page))


async def _spot_reopen(office: Office, press: Press) -> Toast:
    return Toast(await spot_checks.reopen(office, hand_of(press), press.arg))


async def _meeting(office: Office, hand: Hand) -> None:
    await joint_meeting.send_agenda(office, hand)


async def _minutes(office: Office, hand: Hand) -> None:
    await joint_meeting.take_minutes(office, hand)


async def _ranking(office: Office, hand: Hand) -> None:
    await ranking.send_ranking(office, hand)


async def _rank_on(office: Office, press: Press) -> Toast:
    return Toast(await ranking.switch(office, hand_of(press), on=True))


async def _rank_off(office: Office, press: Press) -> Toast:
    return Toast(await ranking.switch(office, hand_of(press), on=False))


async def _rank_confirm(office: Office, press: Press) -> Toast:
    return Toast(await ranking.confirm(office, hand_of(press), press.arg), alert=True)


async def _rank_why(office: Office, press: Press) -> Toast:
    return Toast(await ranking.ask_why(office, hand_of(press), press.arg))


async def _rank_exclude(office: Office, press: Press) -> Toast:
    return Toast(await ranking.exclude(office, hand_of(press), press.arg))


async def _rank_object(office: Office, press: Press) -> Toast:
    return Toast(await ranking.object_to(office, hand_of(press), press.arg))


async def _rank_decide(office: Office, press: Press) -> Toast:
    return Toast(await ranking.decide(office, hand_of(press), press.arg))


async def replies_to_agenda(office: Office, message: Incoming) -> bool:
    """Whether this message is the minutes of a meeting."""
    return bool(message.reply_to) and await joint_meeting.is_agenda(
        office, message.chat_id, message.reply_to or 0
    )


async def take_minutes(office: Office, hand: Hand) -> None:
    """What stands in a reply to the agenda."""
    try:
        await joint_meeting.take_minutes(office, hand)
    except Refused as refusal:
        await listing.refuse(office, hand, refusal)


COMMANDS: dict[str, Callable[[Office, Hand], Awaitable[None]]] = {
    "picture": _picture_command,
    "meeting": _meeting,
    "minutes": _minutes,
    "ranking": _ranking,
}
STAFF_ACTIONS: dict[str, Action] = {
    "copy": _copy,
    "word": _word,
    "area": _area,
    "area_picture": _area_picture,
    "export": _export,
    "pictures": _pictures,
    "paint": _paint,
    "spot": _spot,
    "spot_reopen": _spot_reopen,
    "rank_on": _rank_on,
    "rank_off": _rank_off,
    "rank_confirm": _rank_confirm,
    "rank_why": _rank_why,
    "rank_exclude": _rank_exclude,
    "rank_object": _rank_object,
    "rank_decide": _rank_decide,
}
