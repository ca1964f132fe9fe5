"""匿名: a resident whose name and telephone staff do not see."""

from __future__ import annotations

from desk.beside import own
from desk.office import Office
from desk.speech import show
from domain.errors import Refused
from domain.roles import Role
from storage import beside, events
from storage.store import Tx


async def switch(office: Office, ticket_id: int, user_id: int) -> bool:
    """Hide the resident of this ticket, or show them again; whether they are hidden now."""

    async def change(tx: Tx) -> bool:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        hidden = not await beside.is_hidden(tx, ticket.id)
        if hidden:
            await beside.hide(tx, ticket, office.now_ms())
        else:
            await beside.unhide(tx, ticket)
        kind = "anonymous" if hidden else "named"
        await events.append(
            tx, ticket, ticket, kind, office.now_ms(), role=Role.RESIDENT.value, actor=user_id
        )
        await show(tx, office, ticket)
        return hidden

    return await office.write(change)
