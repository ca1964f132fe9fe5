"""Confirmed notices handed to the outbox, page by page, at night only the urgent ones."""

from __future__ import annotations

from desk.office import Office
from desk.staff.notices import PAGE, hand_out, is_night
from storage import notices
from storage.notices import Notice
from storage.store import Tx

PAGES = 5
"""For each tick: more than Telegram lets through meanwhile, so that the outbox neither starves nor swells."""


async def push_due(office: Office) -> int:
    """Promise what may go out now; how many residents were looked at."""

    async def look(tx: Tx) -> list[Notice]:
        return await notices.sending(tx)

    looked = 0
    for notice in await office.store.read(look):
        if is_night(office) and not notice.urgent:
            continue
        for _ in range(PAGES):

            async def change(tx: Tx, notice_id: int = notice.id) -> int:
                return await hand_out(tx, office, notice_id)

            count = await office.store.write(change)
            looked += count
            if count < PAGE:
                break
    return looked
