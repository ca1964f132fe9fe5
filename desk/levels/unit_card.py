"""A ticket as the organisation sees it that it was handed to: masked, private kinds closed."""

from __future__ import annotations

from desk.levels import rungs
from desk.levels.stepping_back import giver_of
from desk.office import Office
from domain.levels import ABOVE
from nlp.personal import mask
from storage import communities, hops, messages, organisations, people
from storage.store import Tx
from storage.tickets import Ticket
from texts.registry import say
from texts.when import moment
from texts.words import Words


async def unit_card(
    tx: Tx, office: Office, ticket: Ticket, hop_id: int, menu: str = "", *, again: bool = False
) -> Words | None:
    """The card of one hop; None when there is nothing left to show."""
    hop = await hops.by_id(tx, hop_id)
    unit = await organisations.by_id(tx, hop.organisation_id) if hop else None
    if hop is None or unit is None:
        return None
    community = await communities.by_id(tx, ticket.community_id)
    closed = office.closed(ticket)
    giver = (
        await organisations.name_of(tx, hop.from_id)
        if hop.from_id
        else await people.name_of(tx, ticket.community_id, hop.by_id)
    )
    may_pass_on = unit.kind in ABOVE and hop.ended_at is None
    return say(
        "unit_card",
        number=ticket.number,
        unit=unit.name,
        community=community.name if community else "",
        category="" if closed else office.catalogue.leaf(ticket.category).name,
        place="" if closed else mask(ticket.place),
        body="" if closed else mask(ticket.body),
        due=moment(office.local(ticket.answer_due)),
        ticket=ticket.id,
        hop=hop.id,
        reason=hop.reason,
        giver=giver,
        files=len(await messages.media_of_ticket(tx, ticket.id)),
        signed=await organisations.person_name(tx, unit.id, hop.signed_by),
        live=hop.ended_at is None,
        outcome=hop.outcome,
        overdue=ticket.overdue(office.now_ms()),
        sensitive=closed,
        erased=ticket.erased,
        dangers=ticket.dangers,
        menu=menu,
        units=await rungs.targets(tx, ticket, unit) if may_pass_on else (),
        again=again,
        up=above.name if (above := await giver_of(tx, hop)) else "",
    )
