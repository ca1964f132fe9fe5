"""The chain of seals over the history: whoever changes, removes or slips in an event is found.

head = SHA-256(head before, place, what it is about, the event's facts, hash of its words). The words of an
event (its data, and who it was) are hashed with a salt of their own, so that they can be erased: the salt
goes, and a further seal takes in the emptied event.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from storage.store import Row, Tx

PAGE = 1000
SHOWN = 10
"""Hexadecimal digits of a head that people read: 40 bits, checked at one place of one chain."""
MOST_BREAKS = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: how many seals, and the hash of the last."""

    place: int
    value: str

    @property
    def short(self) -> str:
        """As people pass it on: "57-3fa1b2c9d0"."""
        return f"{self.place}-{self.value[:SHOWN]}"


@dataclass(frozen=True, slots=True)
class Break:
    """Something in the history is not as it was sealed. `what` is a code of texts/audit.py."""

    community_id: int
    place: int
    event_id: int
    what: str  # broken | changed | words | missing | unsealed | cut | lost


async def seal(tx: Tx, community_id: int, event_id: int) -> None:
    """Seal an event that was just written; the first seal of a community takes in all that came before it."""
    place, before = await _next(tx, community_id)
    if place > 1:
        row = await tx.one("events.by_id", id=event_id)
        assert row is not None  # noqa: S101 - written a moment ago in this transaction
        await _add(tx, community_id, place, before, row, "event")
        return
    first = True
    async for row in _history(tx, community_id):
        if not first:
            place, before = await _next(tx, community_id)
        before = await _add(tx, community_id, place, before, row, "event")
        first = False


async def seal_erased(tx: Tx, row: Mapping[str, Any]) -> None:
    """An event was emptied: its old words can never be guessed from here on, its new ones are sealed."""
    if await tx.one("audit.end", community_id=row["community_id"]) is None:
        return  # a history of before the chain: its first seal will find it as it is now
    await tx.do("audit.unsalt", event_id=row["id"])
    place, before = await _next(tx, row["community_id"])
    await _add(tx, row["community_id"], place, before, row, "erased")


async def head(tx: Tx, community_id: int) -> Head | None:
    """Where the community's chain stands now; None while nothing was sealed."""
    row = await tx.one("audit.end", community_id=community_id)
    return None if row is None else Head(row["place"], row["head"])


async def sealed_communities(tx: Tx) -> list[int]:
    """Communities with a history, by id."""
    return [int(row["community_id"]) for row in await tx.all("audit.communities")]


async def holds(tx: Tx, community_id: int, short: str) -> bool:
    """Whether a head that was told once still stands in the chain at its place."""
    place, _, value = short.strip().lower().partition("-")
    if not place.isdigit() or len(value) < SHOWN:
        return False
    row = await tx.one("audit.named_head", community_id=community_id, place=int(place))
    return row is not None and str(row["head"]).startswith(value)


async def breaks(tx: Tx, community_id: int) -> list[Break]:
    """Go through the whole chain; what does not fit, at most a thousand."""
    found: list[Break] = []
    newest = {
        row["event_id"]: row["place"] for row in await tx.all("audit.newest", community_id=community_id)
    }
    place, before = 0, ""
    async for row in _chain(tx, community_id):
        if len(found) >= MOST_BREAKS:
            return found
        if row["place"] != place + 1:
            found.append(Break(community_id, place + 1, 0, "missing"))
        if what := _fault(row, before, row["place"] == newest[row["event_id"]]):
            found.append(Break(community_id, row["place"], row["event_id"], what))
        place, before = row["place"], row["head"]
    end = await head(tx, community_id)
    if end is not None and (end.place, end.value) != (place, before):
        found.append(Break(community_id, end.place, 0, "cut"))
    if end is None and place:
        found.append(Break(community_id, place, 0, "cut"))
    for row in await tx.all("audit.unsealed", community_id=community_id, most=MOST_BREAKS):
        found.append(Break(community_id, 0, row["id"], "unsealed"))
    return found


def _fault(row: Row, before: str, newest: bool) -> str:
    """What is wrong with one seal and its event; "" when nothing is."""
    if row["id"] is None:
        return "lost"
    facts = [row["event_id"], row["whose"], *(row[name] for name in _FACTS)]
    if row["head"] != _hash([before, row["community_id"], row["place"], row["about"], facts, row["words"]]):
        return "changed"
    if not newest:
        return "words" if row["salt"] else ""  # a later seal stands for it; this one must be mute
    return "" if row["words"] == _words(row["salt"], row) else "words"


_FACTS = ("ticket_id", "at", "actor_role", "kind", "from_state", "to_state")


async def _next(tx: Tx, community_id: int) -> tuple[int, str]:
    row = await tx.one("audit.next_place", community_id=community_id)
    assert row is not None  # noqa: S101 - INSERT ... RETURNING always has its row
    return row["place"], row["head"]


async def _add(
    tx: Tx, community_id: int, place: int, before: str, row: Mapping[str, Any] | Row, about: str
) -> str:
    salt = secrets.token_hex(16)
    words = _words(salt, row)
    facts = [row["id"], row["community_id"], *(row[name] for name in _FACTS)]
    value = _hash([before, community_id, place, about, facts, words])
    await tx.do(
        "audit.seal",
        community_id=community_id,
        place=place,
        event_id=row["id"],
        about=about,
        salt=salt,
        words=words,
        head=value,
    )
    await tx.do("audit.prolong", community_id=community_id, head=value)
    return value


async def _history(tx: Tx, community_id: int) -> AsyncIterator[Row]:
    after = 0
    while rows := await tx.all("audit.events_after", community_id=community_id, after=after, most=PAGE):
        for row in rows:
            yield row
        after = rows[-1]["id"]


async def _chain(tx: Tx, community_id: int) -> AsyncIterator[Row]:
    after = 0
    while rows := await tx.all("audit.seals_after", community_id=community_id, after=after, most=PAGE):
        for row in rows:
            yield row
        after = rows[-1]["place"]


def _words(salt: str, row: Mapping[str, Any] | Row) -> str:
    return _hash([salt, row["data"], row["actor_id"]])


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
