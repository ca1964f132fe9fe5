"""What an organisation holds: the list that its people are shown."""

from __future__ import annotations

from desk.office import Office
from desk.speech import tell
from domain.levels import ABOVE
from nlp.personal import mask
from storage import communities, hops, organisations
from storage.organisations import Organisation
from storage.store import Tx
from texts.when import moment

MOST_LISTED = 30


async def list_held(office: Office, chat_id: int, user_id: int, key: str) -> bool:
    """Tell a person (or an organisation's group) what is held; False when they belong to none."""

    async def mine(tx: Tx) -> list[Organisation]:
        standing_for = await organisations.of_person(tx, user_id)
        if chat_id > 0:
            return standing_for
        here = {unit.id for unit in await organisations.by_chat(tx, chat_id)}
        return [unit for unit in standing_for if unit.id in here]

    if not await office.store.read(mine):
        return False

    async def change(tx: Tx) -> None:
        units = await mine(tx)
        rows = [row for unit in units for row in await _rows(tx, office, unit)]
        await tell(tx, office, chat_id, "unit_list", key, units=[unit.name for unit in units], rows=rows)

    await office.write(change)
    return True


async def explain(office: Office, chat_id: int, user_id: int, key: str) -> bool:
    """/help for somebody who works for an organisation: how they work here; False for everybody else."""

    async def theirs(tx: Tx) -> list[Organisation]:
        if chat_id < 0:
            return await organisations.by_chat(tx, chat_id)
        return await organisations.of_person(tx, user_id)

    if not await office.store.read(theirs):
        return False

    async def change(tx: Tx) -> None:
        units = await theirs(tx)
        climbs = any(unit.kind in ABOVE for unit in units)
        await tell(tx, office, chat_id, "help_unit", key, units=[unit.name for unit in units], climbs=climbs)

    await office.write(change)
    return True


async def _rows(tx: Tx, office: Office, unit: Organisation) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for ticket in await hops.held(tx, unit.id, most=MOST_LISTED):
        hop = await hops.present(tx, ticket.id)
        community = await communities.by_id(tx, ticket.community_id)
        if hop is None:
            continue
        closed = office.closed(ticket)
        rows.append(
            (
                ticket.id,
                hop.id,
                ticket.number,
                community.name if community else "",
                "🔒" if closed else office.catalogue.leaf(ticket.category).name,
                "" if closed else mask(ticket.place),
                moment(office.local(ticket.answer_due)),
                hop.signed_by is not None,
                ticket.overdue(office.now_ms()),
            )
        )
    return rows
