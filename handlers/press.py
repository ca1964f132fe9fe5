"""Button presses: the token is looked up, the desk checks the right, the presser is answered at once."""

from __future__ import annotations

import logging
from datetime import date

from telegram import Update
from telegram.error import TelegramError

from desk.figures import bulletins, picturing
from desk.incoming import Incoming
from desk.office import Office
from desk.residents import (
    anonymity,
    choices,
    consenting,
    judging,
    knowledge,
    mishearing,
    placing,
    proxy,
    reception,
    rechecking,
    simple,
    splitting,
    welcome,
)
from desk.staff import answering, handling, listing, looking, sorting
from domain.errors import Refused
from handlers import (
    answers,
    days,
    duty,
    hands,
    moving,
    neighbourhood,
    notices,
    privacy,
    reporting,
    setup,
    units,
)
from handlers.incoming import Context, office_of
from handlers.pressing import Action, Press, Toast, hand_of
from storage import buttons
from storage.buttons import Pressed
from storage.store import Tx
from texts.refusals import why
from texts.resident import NOW_HIDDEN, NOW_SHOWN
from texts.staff import ASKS

log = logging.getLogger(__name__)


async def on_press(update: Update, context: Context) -> None:
    """Any inline button of ours."""
    query = update.callback_query
    if query is None:
        return
    office = office_of(context)
    toast = await _act(office, update)
    words = await welcome.in_script_of(office, query.from_user.id, toast.text) if toast.text else ""
    try:
        await query.answer(words[:190] or None, show_alert=toast.alert)
    except TelegramError as error:
        log.info("a press was not answered: %s", type(error).__name__)  # too old, or the line is down


async def _act(office: Office, update: Update) -> Toast:
    query = update.callback_query
    chat = update.effective_chat
    if query is None or chat is None or not query.data:
        return Toast(why("gone"), alert=True)
    data = query.data

    async def look(tx: Tx) -> Pressed | None:
        return await buttons.meaning_of(tx, data)

    meant = await office.store.read(look)
    if meant is None or meant.chat_id != chat.id or meant.expires_at < office.now_ms():
        return Toast(why("gone"), alert=True)
    press = Press(
        chat_id=chat.id,
        message_id=query.message.message_id if query.message else 0,
        user_id=query.from_user.id,
        user_name=query.from_user.full_name,
        action=meant.action,
        ticket_id=meant.ticket_id,
        arg=meant.arg,
        community_id=meant.community_id,
        key=f"q{query.id}",
    )
    action = ACTIONS.get(press.action)
    if action is None:
        return Toast(why("gone"), alert=True)
    try:
        return await action(office, press)
    except Refused as refusal:
        return Toast(why(refusal.reason, **refusal.values), alert=True)


async def _take(office: Office, press: Press) -> Toast:
    return Toast(await handling.take(office, hand_of(press)))


async def _menu(office: Office, press: Press) -> Toast:
    return Toast(await looking.open_menu(office, hand_of(press), press.arg))


async def _category(office: Office, press: Press) -> Toast:
    return Toast(await looking.open_menu(office, hand_of(press), f"leaf:{press.arg}"))


async def _set_category(office: Office, press: Press) -> Toast:
    return Toast(await handling.set_category(office, hand_of(press), press.arg))


async def _assign(office: Office, press: Press) -> Toast:
    return Toast(await handling.assign(office, hand_of(press), int(press.arg)))


async def _ask(office: Office, press: Press) -> Toast:
    return Toast(await answering.ask(office, hand_of(press, ASKS[press.arg])))


async def _return(office: Office, press: Press) -> Toast:
    return Toast(await handling.give_back(office, hand_of(press), press.arg))


async def _close(office: Office, press: Press) -> Toast:
    return Toast(await handling.close(office, hand_of(press), press.arg))


async def _escalate(office: Office, press: Press) -> Toast:
    return Toast(await handling.escalate(office, hand_of(press)), alert=True)


async def _full(office: Office, press: Press) -> Toast:
    return Toast(await looking.look(office, hand_of(press)))


async def _timeline(office: Office, press: Press) -> Toast:
    return Toast(await looking.timeline(office, hand_of(press)))


async def _show(office: Office, press: Press) -> Toast:
    return Toast(await looking.post_card(office, hand_of(press)))


async def _list(office: Office, press: Press) -> Toast:
    await listing.send_list(office, hand_of(press), press.arg)
    return Toast()


async def _picture(office: Office, press: Press) -> Toast:
    return Toast(await picturing.send_day(office, hand_of(press), date.fromisoformat(press.arg)))


async def _figure(office: Office, press: Press) -> Toast:
    await bulletins.send_figure(office, hand_of(press), press.arg)
    return Toast()


async def _story(office: Office, press: Press) -> Toast:
    return Toast(await picturing.send_story(office, hand_of(press)))


async def _skip_place(office: Office, press: Press) -> Toast:
    await placing.skip_place(office, press.ticket_id, press.user_id)
    return Toast("好的，跳过")


async def _pick_category(office: Office, press: Press) -> Toast:
    await sorting.pick_category(office, press.ticket_id, press.user_id, press.arg)
    return Toast("记下了")


async def _fix_category(office: Office, press: Press) -> Toast:
    return Toast(await sorting.begin_category(office, press.ticket_id, press.user_id))


async def _fix_place(office: Office, press: Press) -> Toast:
    return Toast(await placing.begin_place(office, press.ticket_id, press.user_id))


async def _pick_place(office: Office, press: Press) -> Toast:
    return Toast(await placing.pick_place(office, press.ticket_id, press.user_id, press.arg))


async def _consent(office: Office, press: Press) -> Toast:
    return Toast(await consenting.agree(office, press.ticket_id, press.user_id))


async def _big_print(office: Office, press: Press) -> Toast:
    return Toast(await simple.send_big_print(office, press.ticket_id, press.user_id, press.key))


async def _simple_on(office: Office, press: Press) -> Toast:
    said = Incoming(press.chat_id, press.message_id, press.user_id, press.user_name, office.now_ms())
    await simple.switch(office, said, simple=True)
    return Toast()


async def _hide(office: Office, press: Press) -> Toast:
    hidden = await anonymity.switch(office, press.ticket_id, press.user_id)
    return Toast(NOW_HIDDEN if hidden else NOW_SHOWN, alert=hidden)


async def _supplement(office: Office, press: Press) -> Toast:
    return Toast(await choices.begin_supplement(office, press.ticket_id, press.user_id, press.key))


async def _misheard(office: Office, press: Press) -> Toast:
    return Toast(await mishearing.ask_again(office, press.ticket_id, press.user_id, press.arg, press.key))


async def _withdraw(office: Office, press: Press) -> Toast:
    return Toast(await choices.begin_withdraw(office, press.ticket_id, press.user_id, press.key))


async def _withdraw_yes(office: Office, press: Press) -> Toast:
    return Toast(await choices.withdraw(office, press.ticket_id, press.user_id))


async def _withdraw_no(office: Office, press: Press) -> Toast:
    return Toast(await choices.keep_going(office, press.ticket_id, press.user_id, press.key))


async def _confirm(office: Office, press: Press) -> Toast:
    return Toast(await choices.confirm(office, press.ticket_id, press.user_id, press.arg, press.key))


async def _rate(office: Office, press: Press) -> Toast:
    return Toast(await choices.rate(office, press.ticket_id, press.user_id, press.arg, press.key))


async def _why(office: Office, press: Press) -> Toast:
    return Toast(await judging.pick_reason(office, press.ticket_id, press.user_id, press.arg, press.key))


async def _recheck(office: Office, press: Press) -> Toast:
    return Toast(await rechecking.answer(office, press.ticket_id, press.user_id, press.arg, press.key))


async def _history(office: Office, press: Press) -> Toast:
    return Toast(await choices.history(office, press.ticket_id, press.user_id, press.key))


async def _which(office: Office, press: Press) -> Toast:
    number = await choices.choose_ticket(office, press.chat_id, press.user_id, press.ticket_id, press.arg)
    return Toast(number)


async def _guide_useful(office: Office, press: Press) -> Toast:
    return Toast(await knowledge.useful(office, int(press.arg), press.user_id))


async def _guide_person(office: Office, press: Press) -> Toast:
    return Toast(await knowledge.to_person(office, int(press.arg), press.user_id))


async def _guide_hinted(office: Office, press: Press) -> Toast:
    return Toast(await knowledge.show_hinted(office, press.ticket_id, press.user_id, press.arg, press.key))


async def _guide_send(office: Office, press: Press) -> Toast:
    return Toast(await knowledge.send(office, hand_of(press), press.arg))


async def _split(office: Office, press: Press) -> Toast:
    return Toast(await splitting.split(office, press.ticket_id, press.user_id))


async def _split_no(office: Office, press: Press) -> Toast:
    return Toast(await splitting.as_one(office, press.ticket_id, press.user_id))


async def _here(office: Office, press: Press) -> Toast:
    return Toast(await reception.register_here(office, press.chat_id, press.user_id))


async def _for_parents(office: Office, press: Press) -> Toast:
    return Toast(await proxy.begin(office, press.chat_id, press.user_id, press.key))


async def _proxy_skip(office: Office, press: Press) -> Toast:
    return Toast(await proxy.skip(office, press.ticket_id, press.user_id))


async def _settle(office: Office, press: Press) -> Toast:
    outcome = await reception.choose_community(office, press.chat_id, press.user_id, int(press.arg))
    return Toast("好的" if outcome == "settled" else why("gone"))


STAFF_ACTIONS: dict[str, Action] = {
    "take": _take,
    "menu": _menu,
    "category": _category,
    "set_category": _set_category,
    "assign": _assign,
    "ask": _ask,
    "return": _return,
    "close": _close,
    "escalate": _escalate,
    "full": _full,
    "timeline": _timeline,
    "show": _show,
    "list": _list,
    "figure": _figure,
    "picture": _picture,
    "story": _story,
    "guide_send": _guide_send,
    **moving.STAFF_ACTIONS,
    **hands.ACTIONS,
    **answers.ACTIONS,
    **duty.ACTIONS,
    **reporting.STAFF_ACTIONS,
    **units.STAFF_ACTIONS,
    **days.STAFF_ACTIONS,
    **notices.STAFF_ACTIONS,
}
RESIDENT_ACTIONS: dict[str, Action] = {
    "split": _split,
    "split_no": _split_no,
    "skip_place": _skip_place,
    "pick_category": _pick_category,
    "fix_category": _fix_category,
    "fix_place": _fix_place,
    "pick_place": _pick_place,
    "hide": _hide,
    "consent": _consent,
    "simple_on": _simple_on,
    "big_print": _big_print,
    "supplement": _supplement,
    "misheard": _misheard,
    "withdraw": _withdraw,
    "withdraw_yes": _withdraw_yes,
    "withdraw_no": _withdraw_no,
    "confirm": _confirm,
    "rate": _rate,
    "why": _why,
    "recheck": _recheck,
    "history": _history,
    "which": _which,
    "settle": _settle,
    "here": _here,
    "proxy_skip": _proxy_skip,
    "for_parents": _for_parents,
    "guide_useful": _guide_useful,
    "guide_person": _guide_person,
    "guide_hinted": _guide_hinted,
    **moving.RESIDENT_ACTIONS,
    **notices.RESIDENT_ACTIONS,
}
ACTIONS: dict[str, Action] = {
    **STAFF_ACTIONS,
    **RESIDENT_ACTIONS,
    **privacy.ACTIONS,
    **setup.ACTIONS,
    **neighbourhood.ACTIONS,
    **units.UNIT_ACTIONS,
    **units.TREE_ACTIONS,
    **days.ACTIONS,
}
