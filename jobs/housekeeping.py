"""What is not needed any more goes: handled updates, sent words, dead buttons, words of old tickets."""

from __future__ import annotations

from desk.office import Office
from desk.residents import privacy as own_data
from storage import bulks, duty, inbox, privacy
from storage.store import Tx

KEEP_UPDATES = 2 * 24 * 3600 * 1000
KEEP_UNDO = 3600 * 1000
KEEP_SENT = 7 * 24 * 3600 * 1000
"""Milliseconds."""


async def tidy(office: Office) -> None:
    async def change(tx: Tx) -> None:
        now = office.now_ms()
        await inbox.forget(tx, now - KEEP_UPDATES)
        await tx.do("outbox.forget", before=now - KEEP_SENT)
        await tx.do("small.forget_buttons", now=now)
        await tx.do("resident.forget_pace", before=now // 60_000 - 1)
        await tx.do("desk.forget_undos", before=now - KEEP_UNDO)
        await bulks.forget(tx, now - KEEP_UPDATES)
        await duty.forget(tx, office.local(now - KEEP_UPDATES).date())
        await privacy.sweep(tx, now - KEEP_SENT)

    await office.store.write(change)
    await own_data.retire(office)
    await own_data.scrub(office)
