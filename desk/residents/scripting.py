"""简体 or 繁體: chosen by a word or a button, or following what the person writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from desk.office import Office
from desk.speech import show_receipt, tell
from domain.errors import Refused
from storage import people, tickets
from storage.outbox import Letter, Priority, refresh
from storage.people import Resident
from storage.store import Tx

FOLLOW: Final = "follow"
CHOICES: Final = frozenset({"hans", "hant", FOLLOW})
SHOWN_ANEW = 5


async def choose(
    office: Office, user_id: int, key: str, choice: str, *, name: str = "", page: str = ""
) -> None:
    """From now on everything is said in this script; `page`: of one's own data, if pressed there."""
    if choice not in CHOICES:
        raise Refused("gone")

    async def change(tx: Tx) -> None:
        resident = await people.greet(tx, user_id, name, "hans", office.now_ms())
        resident = await _chosen(tx, resident, choice)
        await tell(tx, office, user_id, "script_chosen", key, script=resident.script, choice=choice)
        for ticket in await tickets.open_of_resident(tx, user_id, most=SHOWN_ANEW):
            await show_receipt(tx, office, ticket)
        if page:
            await _show_page(tx, office, user_id, page, resident)

    await office.write(change)


async def _chosen(tx: Tx, resident: Resident, choice: str) -> Resident:
    kept = choice != FOLLOW
    script = choice if kept else resident.script
    await people.set_script(tx, resident.user_id, script)
    await people.keep_script(tx, resident.user_id, kept=kept)
    return replace(resident, script=script, script_kept=kept)


async def _show_page(tx: Tx, office: Office, chat_id: int, page: str, resident: Resident) -> None:
    """The page with one's own data says at once what was chosen."""
    key = f"my_data:{chat_id}:{page}"
    row = await tx.one("outbox.by_key", key=key)
    payload = json.loads(row["payload"]) if row else {}
    if "script" not in payload.get("values", {}):
        return  # closed meanwhile
    values = {**payload["values"], "script": resident.script, "kept": resident.script_kept}
    letter = Letter(key=key, chat_id=chat_id, kind="say", payload={**payload, "values": values})
    await refresh(tx, letter, office.now_ms(), edit_priority=Priority.MESSAGE)
