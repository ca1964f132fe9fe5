"""放假安排: what is pressed and pasted to enter a holiday notice; a lead's apology by one press."""

from __future__ import annotations

from desk.incoming import Incoming
from desk.office import Office
from desk.setup import holiday_notice
from desk.setup.importing import decoded
from desk.speech import tell
from domain.errors import ImportProblem, Refused
from handlers.pressing import Action, Press, Toast, hand_of, refusing
from storage import questions
from storage.store import Tx
from texts.setup import CANCEL_WORDS


async def expects(office: Office, message: Incoming) -> bool:
    """Whether a holiday notice was asked of this person."""
    asked = await office.store.read(lambda tx: questions.open_to(tx, message.chat_id, message.user_id))
    return asked is not None and asked.kind == holiday_notice.ASKED


async def takes_text(office: Office, message: Incoming) -> bool:
    """Take a private text as the notice; False when none was asked for, or the person breaks off."""
    if not message.text or message.text in CANCEL_WORDS or not await expects(office, message):
        return False
    await _check(office, message, message.text)
    return True


async def takes_document(office: Office, message: Incoming, content: bytes) -> None:
    """The notice as a CSV or TOML file."""
    try:
        text = decoded(content)
    except ImportProblem:
        text = ""
    await _check(office, message, text)


async def _check(office: Office, message: Incoming, text: str) -> None:
    try:
        await holiday_notice.check(office, message.chat_id, message.user_id, text, message.key)
    except Refused as refusal:
        reason, day = refusal.reason, str(refusal.values.get("day", ""))

        async def change(tx: Tx) -> None:
            await tell(tx, office, message.chat_id, "days_refused", message.key, reason=reason, day=day)

        await office.write(change)


def _community(arg: str) -> int:
    if not arg.isdecimal():
        raise Refused("gone")
    return int(arg)


async def _page(office: Office, press: Press) -> None:
    await holiday_notice.show_page(office, press.chat_id, press.user_id, _community(press.arg))


async def _ask(office: Office, press: Press) -> None:
    await holiday_notice.ask(office, press.chat_id, press.user_id, _community(press.arg))


async def _enter(office: Office, press: Press) -> None:
    await holiday_notice.enter(office, press.chat_id, press.user_id, _community(press.arg))


async def _country(office: Office, press: Press) -> None:
    community, _, country = press.arg.partition(":")
    await holiday_notice.choose_country(office, press.chat_id, press.user_id, _community(community), country)


async def _sorry(office: Office, press: Press) -> Toast:
    return Toast(await holiday_notice.apologise(office, hand_of(press)), alert=True)


ACTIONS: dict[str, Action] = {
    "days_page": refusing(_page),
    "days_ask": refusing(_ask),
    "days_enter": refusing(_enter),
    "days_country": refusing(_country),
}
STAFF_ACTIONS: dict[str, Action] = {"days_sorry": _sorry}
