"""What is kept about a person: counted, and taken out of every table that may hold it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from storage import audit, tickets
from storage.messages import Message
from storage.store import Row, Tx
from storage.tickets import Ticket

KEPT_OF_EVENTS: Mapping[str, tuple[str, ...]] = {
    "rate": ("name",),
    "category": ("before", "after", "name"),
    "assign": ("to", "name", "before"),
}
"""What an event may keep: codes, and names of staff. Everything else may quote the resident."""

_SCRUB = "scrub"


@dataclass(frozen=True, slots=True)
class Held:
    """How much is kept about a person; `since` (ms) is None for a stranger."""

    since: int | None
    tickets: int
    messages: int


async def held(tx: Tx, user_id: int) -> Held:
    row = await tx.one("privacy.held", user_id=user_id)
    assert row is not None  # noqa: S101 - a query of counts always has its row
    return Held(row["since"], row["tickets"], row["messages"])


async def unfiled(tx: Tx, user_id: int) -> list[Message]:
    """What the person has sent that belongs to no ticket yet."""
    return [
        Message(**{name: row[name] for name in Message.__dataclass_fields__})
        for row in await tx.all("privacy.unfiled", user_id=user_id)
    ]


async def asked(tx: Tx, user_id: int) -> list[tuple[int, str, str]]:
    """(at, title of the card, question) of what a knowledge card has answered."""
    rows = await tx.all("privacy.asked", user_id=user_id)
    return [(row["at"], row["title"], str(json.loads(row["message"]).get("text", ""))) for row in rows]


async def anonymise(tx: Tx, finished: Sequence[Ticket]) -> None:
    """Leave number, category, times, state and result of finished tickets; words, places and people go."""
    ids = _json([ticket.id for ticket in finished])
    await tx.do("privacy.forget_letters_of_tickets", ids=ids)
    await tx.do("privacy.blank_letters_of_tickets", ids=ids)
    for ticket in finished:
        await tickets.reindex(tx, ticket, replace(ticket, body="", place=""))
        await tx.do("privacy.anonymise", id=ticket.id)
        for row in await tx.all("events.of_ticket", ticket_id=ticket.id):
            await _empty_event(tx, row)
        await tx.do("privacy.forget_messages", ticket_id=ticket.id, chat_id=ticket.chat_id)
        await tx.do("privacy.forget_questions_of_ticket", ticket_id=ticket.id)
        await tx.do("privacy.forget_waiting_of_ticket", ticket_id=ticket.id)
        await tx.do("privacy.forget_buttons_of_ticket", ticket_id=ticket.id)
        await tx.do("resident.forget_of_ticket", ticket_id=ticket.id)
        await tx.do("resident.unhide", ticket_id=ticket.id)


async def recall(tx: Tx, finished: Sequence[Ticket], line: Mapping[str, Any], now: int) -> None:
    """Let what the group has read about the tickets be edited: cards anew, the rest to `line` (a payload).

    Call it before `anonymise`.
    """
    ids = _json([ticket.id for ticket in finished])
    await tx.do("privacy.forget_letters_of_tickets", ids=ids)
    await tx.do("privacy.recall_letters", ids=ids, payload=_json(line), now=now)
    await tx.do("privacy.recall_cards", ids=ids, now=now)


async def forget_quotes(
    tx: Tx,
    community_id: int,
    numbers: Collection[str],
    secrets: Collection[str],
    lists: Mapping[str, Mapping[str, Any]],
    now: int,
) -> None:
    """Take words out of what the community's staff were told or will be told outside of the tickets' threads.

    A text that quotes one of the `numbers` becomes what `lists` has for its name; in any other the secrets
    beside that number are replaced. What was sent is edited.
    """
    known = sorted({secret for secret in secrets if len(secret) > 1}, key=len, reverse=True)
    for row in await tx.all("privacy.letters_of_office", community_id=community_id):
        payload = json.loads(row["payload"])
        if not any(number in row["payload"] for number in numbers):
            continue
        cleaned = {**payload, "values": _beside(payload.get("values", {}), numbers, known)}
        line = lists.get(payload.get("text", ""), cleaned)
        if payload.get("media"):  # a file of a resident: not sent yet it goes, sent it cannot be edited
            if row["state"] == "waiting" and row["message_id"] is None:
                await tx.do("privacy.drop_letter", id=row["id"])
        elif line != payload:
            await tx.do("privacy.rewrite_letter", id=row["id"], payload=_json(line), now=now)
    await tx.do("privacy.blank_sent_letters", community_id=community_id)


async def forget_person(tx: Tx, user_id: int, *, works_here: bool) -> None:
    """Remove the resident with all that hangs on the person and not on a ticket.

    Who `works_here` stays what they are as staff.
    """
    await tx.do("privacy.forget_unfiled", user_id=user_id)
    await tx.do("privacy.forget_asked", user_id=user_id)
    await tx.do("privacy.forget_questions_of_person", user_id=user_id)
    await tx.do("privacy.forget_waiting_of_person", user_id=user_id)
    await tx.do("privacy.forget_buttons_of_person", user_id=user_id, works_here=int(works_here))
    await tx.do("privacy.forget_letters_to_person", user_id=user_id, works_here=int(works_here))
    await tx.do("privacy.forget_updates", user_id=user_id)
    for name in ("forget_of_person", "forget_companion", "forget_answers"):
        await tx.do(f"resident.{name}", user_id=user_id)
    await tx.do("privacy.forget_resident", user_id=user_id)


async def aged(tx: Tx, before: int, most: int) -> list[Ticket]:
    """Finished before this moment (ms), and still with a name."""
    rows = await tx.all("privacy.aged", before=before, most=most)
    return [ticket for row in rows if (ticket := await tickets.by_id(tx, row["id"]))]


async def count_aged(tx: Tx, before: int) -> int:
    return int(await tx.value("privacy.count_aged", before=before))


async def forget_idle(tx: Tx, before: int) -> int:
    """Remove residents who came before this moment (ms) and have nothing here since; how many."""
    return await tx.do("privacy.forget_idle_residents", before=before)


async def sweep(tx: Tx, before: int) -> None:
    """What an erasure could not reach: what was on its way, and the last word once older than `before`."""
    await tx.do("privacy.sweep_messages")
    await tx.do("privacy.forget_letters_to_strangers", before=before)


async def want_scrub(tx: Tx) -> None:
    """Remember that the files still hold what was deleted; a crash does not forget it."""
    await tx.do("small.set_setting", name=_SCRUB, value="due")


async def scrub_wanted(tx: Tx) -> bool:
    return bool(await tx.value("small.setting", name=_SCRUB) == "due")


async def scrubbed(tx: Tx) -> None:
    await tx.do("small.set_setting", name=_SCRUB, value="")


async def _empty_event(tx: Tx, row: Row) -> None:
    kept = KEPT_OF_EVENTS.get(row["kind"], ())
    before = json.loads(row["data"])
    data = {name: value for name, value in before.items() if name in kept}
    actor = None if row["actor_role"] == "resident" else row["actor_id"]
    if data == before and actor == row["actor_id"]:
        return
    await tx.do("privacy.drop_event", id=row["id"])
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over its values
    emptied = {**values, "data": _json(data), "actor_id": actor}
    await tx.do("privacy.enter_event", **emptied)
    await audit.seal_erased(tx, emptied)


def _beside(value: Any, numbers: Collection[str], secrets: Sequence[str]) -> Any:
    """The same plain value, the secrets replaced in every row that holds one of the numbers."""
    if isinstance(value, list):
        ours = any(isinstance(part, str) and part in numbers for part in value)
        return _without(value, secrets) if ours else [_beside(part, numbers, secrets) for part in value]
    if isinstance(value, dict):
        return {name: _beside(part, numbers, secrets) for name, part in value.items()}
    return value


def _without(value: Any, secrets: Sequence[str]) -> Any:
    """The same plain value, the secrets in its words replaced."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "…")
        return value
    if isinstance(value, list):
        return [_without(part, secrets) for part in value]
    if isinstance(value, dict):
        return {name: _without(part, secrets) for name, part in value.items()}
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
