"""A resident's own data as files: JSON for machines, a page in Chinese for people."""

from __future__ import annotations

import json
from typing import Any

from desk import views
from desk.office import Office
from storage import beside, communities, events, messages, notices, people, privacy, tickets
from storage.messages import Message
from storage.store import Tx
from storage.tickets import Ticket
from texts.places import place_words
from texts.privacy import FILE_NAME, export_text
from texts.script import to_traditional

ALL = 1_000_000
FILES = ("mydata.txt", "mydata.json")
TALK = frozenset({"report", "supplement", "talk", "answer", "ask", "loose"})
"""Messages that were between the resident and the office; notes among staff are not."""


async def own_file(tx: Tx, office: Office, user_id: int, which: str) -> tuple[str, bytes]:
    """(name, content) of one of FILES, as things stand now."""
    data = await gather(tx, office, user_id)
    day = office.now().astimezone(office.zone).strftime("%Y%m%d")
    turn = to_traditional if data["resident"]["script"] == "hant" else str
    name = f"{turn(FILE_NAME)}-{day}{which.removeprefix('mydata')}"
    if which == "mydata.json":
        return name, json.dumps(data, ensure_ascii=False, indent=1).encode()
    return name, turn(export_text(data)).encode("utf-8-sig")  # else old Windows shows signs


async def gather(tx: Tx, office: Office, user_id: int) -> dict[str, Any]:
    """Everything kept about the person, in plain values; times in ISO 8601."""
    resident = await people.resident(tx, user_id)
    held = await privacy.held(tx, user_id)
    own = await tickets.of_resident(tx, user_id, most=ALL)
    return {
        "exported_at": _when(office, office.now_ms()),
        "resident": {
            "telegram_id": user_id,
            "name": resident.name if resident else "",
            "phone": resident.phone if resident else "",
            "home": await home_of(tx, user_id),
            "script": resident.script if resident else "hans",
            "script_chosen": bool(resident and resident.script_kept),
            "since": _when(office, held.since),
            "noticed_at": _when(office, resident.notified_at if resident else None),
            "consented_at": _when(office, resident.consented_at if resident else None),
            "simple_mode": bool(resident and resident.simple),
            "no_notices": bool(resident and resident.no_notices),
            "notices_answered": len(await notices.answered_by(tx, user_id)),
        },
        "tickets": [await _ticket(tx, office, ticket) for ticket in reversed(own)],
        "other_messages": [_message(office, m) for m in await privacy.unfiled(tx, user_id)],
        "questions": [
            {"at": _when(office, at), "text": text, "card": card}
            for at, card, text in await privacy.asked(tx, user_id)
        ],
    }


async def home_of(tx: Tx, user_id: int) -> str:
    """The person's community and building in words."""
    resident = await people.resident(tx, user_id)
    if resident is None or resident.community_id is None:
        return ""
    community = await communities.by_id(tx, resident.community_id)
    building = await communities.building(tx, resident.building_id)
    where = place_words(estate=building.estate_name, building=building.name) if building else ""
    return f"{community.name if community else ''} {where}".strip()


async def _ticket(tx: Tx, office: Office, ticket: Ticket) -> dict[str, Any]:
    community = await communities.by_id(tx, ticket.community_id)
    said = await messages.of_ticket(tx, ticket.id)
    companion = await beside.companion(tx, ticket.id)
    return {
        "number": ticket.number,
        "community": community.name if community else "",
        "category": office.catalogue.leaf(ticket.category).name,
        "kind": ticket.kind,
        "urgency": ticket.urgency,
        "place": ticket.place,
        "anonymous": await beside.is_hidden(tx, ticket.id),
        "for_whom": companion.whom if companion else "",
        "their_phone": companion.phone if companion else "",
        "text": ticket.body,
        "state": ticket.state.value,
        "responsible": ticket.responsible,
        "created_at": _when(office, ticket.created_at),
        "promised_at": _when(office, ticket.answer_due),
        "answered_at": _when(office, ticket.answered_at),
        "closed_at": _when(office, ticket.closed_at),
        "result": ticket.result,
        "result_text": ticket.result_text,
        "rating": ticket.opinion,
        "history": await _history(tx, office, ticket),
        "messages": [_message(office, m) for m in said if m.role in TALK],
    }


async def _history(tx: Tx, office: Office, ticket: Ticket) -> list[dict[str, str]]:
    """The way of the ticket as its resident sees it."""
    steps = []
    for event in await events.of_ticket(tx, ticket.id):
        words = views.RESIDENT_SEES.get(event.kind)
        if words:
            holder = event.data.get("to") or event.actor_id
            who = await people.name_of(tx, ticket.community_id, holder) or "工作人员"
            steps.append({"at": _when(office, event.at), "what": words.format(who=who)})
    return steps


def _message(office: Office, message: Message) -> dict[str, str]:
    return {
        "at": _when(office, message.at),
        "role": message.role,
        "media": message.media,
        "file_id": message.file_id,
        "text": message.text,
        "forwarded_from": message.forwarded,
    }


def _when(office: Office, ms: int | None) -> str:
    return office.local(ms).strftime("%Y-%m-%d %H:%M:%S%z") if ms is not None else ""
