"""Which community a message is for: the resident's own, the only one, the one named; else they are asked."""

from __future__ import annotations

from desk import asking
from desk.incoming import Incoming
from desk.office import Office
from desk.speech import tell
from nlp.reading import Reading
from storage import communities, people, questions
from storage.communities import Community
from storage.people import Resident
from storage.store import Tx

MOST_WAITING = 20
"""Messages that are kept while the resident's community is not known."""


async def community_of(
    tx: Tx, office: Office, resident: Resident, message: Incoming, reading: Reading
) -> Community | None:
    """Which community serves this message: the resident's own, the only one, the one named; else ask."""
    if resident.community_id is not None:
        return await communities.by_id(tx, resident.community_id)
    served = office.reached(await communities.everyone(tx))
    found = served[0].id if len(served) == 1 else _named(office, served, reading)
    if found is not None:
        await people.settle_in(tx, resident.user_id, found, resident.building_id)
        return await communities.by_id(tx, found)
    await _ask(tx, office, message, reading, served)
    return None


async def _ask(tx: Tx, office: Office, message: Incoming, reading: Reading, served: list[Community]) -> None:
    """Which community is it? What is said meanwhile is kept. A few are offered as buttons."""
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    here = asked if asked and asked.kind == "community" else None
    waiting = [*(here.data["messages"] if here else ()), _plain(message)][-MOST_WAITING:]
    if reading.dangers:
        dangers = [danger.value for danger in reading.dangers]
        await tell(tx, office, message.chat_id, "danger_advice", message.key, dangers=dangers, received=False)
    near = [c for c in served if c.name[:2] and c.name[:2] in message.text][:8]
    offered = served if here is None and len(served) <= 8 else near
    if offered:
        choices = [(c.id, c.name) for c in offered]
        said = asking.Said("which_community", message.key, {"names_": choices})
        who = message.user_id
        await asking.at_once(tx, office, message.chat_id, who, "community", said=said, messages=waiting)
        return
    told = here.data.get("told", "") if here else ""  # its buttons are still good
    now = office.now_ms()
    await questions.ask(tx, message.chat_id, message.user_id, "community", now, messages=waiting, told=told)
    text = "community_unknown" if served else "no_community_yet"
    await tell(tx, office, message.chat_id, text, message.key)


def _named(office: Office, served: list[Community], reading: Reading) -> int | None:
    """The community whose estate or own name stands in the message, when just one does."""
    by_estate = {e.id: e.community_id for e in office.places.gazetteer.estates}
    found = {by_estate[p.estate_id] for p in reading.places if p.estate_id in by_estate}
    if not found:
        found = {
            c.id for c in served if c.name in reading.text or c.name.removesuffix("社区") in reading.text
        }
    return found.pop() if len(found) == 1 else None


def _plain(message: Incoming) -> dict[str, object]:
    return {name: getattr(message, name) for name in Incoming.__dataclass_fields__}
