"""/mydata and its buttons: a person sees, takes along or deletes what is kept about them."""

from __future__ import annotations

from telegram import Update

from desk.office import Office
from desk.residents import privacy, scripting
from domain.errors import Refused
from handlers.incoming import Context, incoming, office_of
from handlers.pressing import Action, Press, Toast
from texts.privacy import DONE, NOTHING, SENT


async def on_mydata(update: Update, context: Context) -> None:
    await privacy.show(office_of(context), incoming(update))


async def _export(office: Office, press: Press) -> Toast:
    await privacy.export(office, _own_chat(press), press.key)
    return Toast(SENT)


async def _delete(office: Office, press: Press) -> Toast:
    await privacy.ask_to_delete(office, _own_chat(press), press.key)
    return Toast()


async def _erase(office: Office, press: Press) -> Toast:
    done = await privacy.erase(office, _own_chat(press), press.arg, press.key)
    return Toast(DONE if done else "")


async def _keep(office: Office, press: Press) -> Toast:
    await privacy.keep(office, _own_chat(press), press.key)
    return Toast(NOTHING)


async def _close(office: Office, press: Press) -> Toast:
    await privacy.close(office, _own_chat(press), press.arg)
    return Toast(NOTHING)


async def _wipe(office: Office, press: Press) -> Toast:
    await privacy.wipe_ids(office, _own_chat(press), press.key)
    return Toast(NOTHING)


async def _script(office: Office, press: Press) -> Toast:
    choice, _, page = press.arg.partition(":")
    who, name = _own_chat(press), press.user_name
    await scripting.choose(office, who, press.key, choice, name=name, page=page)
    return Toast(NOTHING)


def _own_chat(press: Press) -> int:
    """The private chat with the presser; it has the person's own id."""
    if press.chat_id != press.user_id:
        raise Refused("not_yours")
    return press.user_id


ACTIONS: dict[str, Action] = {
    "my_export": _export,
    "my_delete": _delete,
    "my_erase": _erase,
    "my_keep": _keep,
    "my_close": _close,
    "my_wipe": _wipe,
    "script": _script,
}
