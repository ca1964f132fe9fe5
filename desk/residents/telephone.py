"""Residents without Telegram: what the bot would have told them becomes a call that staff make."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from desk.office import Office
from nlp.personal import mask
from storage import people
from storage.store import Tx
from storage.tickets import Ticket
from texts.registry import say

TO_BE_CALLED = frozenset(
    {"answer", "solved", "joined_result", "ask_more", "extended", "suspended", "declined", "complex_marked"}
)
"""What is worth a telephone call; the rest they do not hear."""
WAITS = frozenset({"ask_more"})
CLOSING = frozenset({"solved", "joined_result"})
MOST = 500


async def call_for(
    tx: Tx, office: Office, ticket: Ticket, text: str, values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The values of the text call_resident, to the staff group: whom to call and what to say.

    None when there is nobody to call: they left no telephone, and nothing waits for their answer.
    """
    resident = await people.resident(tx, ticket.resident_id)
    if (resident is None or not resident.phone) and text not in WAITS:
        return None
    name = f"{resident.name[:1]}**" if resident and resident.name else ""
    phone = mask(resident.phone) if resident else ""
    told = html.unescape(re.sub(r"<[^<>]*>", "", say(text, **values).html))
    return {
        "number": ticket.number,
        "contact": f"{name} {phone}".strip() if phone else "",
        "what": mask(told)[:MOST],
        "ticket_id": ticket.id,
        "closing": text in CLOSING,
        "sensitive": office.closed(ticket),
    }
