"""通知: written by a lead, shown before it goes, sent to a community or some houses, its answers counted."""

from __future__ import annotations

from dataclasses import replace

from desk.hand import Hand, name_of
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import open_ticket
from desk.speech import tell
from domain.errors import Refused
from domain.roles import LEADS, READERS
from storage import communities, notices, people
from storage.notices import Notice, Reader
from storage.outbox import Letter, Priority, refresh
from storage.store import Tx
from texts import notices as words
from texts.places import building_words

DAY = (8, 21)
"""Hours between which what is not urgent may ring in people's homes."""
PAGE = 100
"""Residents who are promised a notice in one transaction."""
ON_THE_CARD = 12
BUILDINGS_SHOWN = 60
ANSWERS = ("got", "help", "join")


async def draft(office: Office, hand: Hand) -> None:
    """/notice WORDS: kept, and shown with how many people it would reach; nothing is sent yet."""

    async def change(tx: Tx) -> None:
        if await office.role_of(tx, hand.community_id, hand.user_id) not in LEADS:
            raise Refused("not_your_role")
        body = hand.text.strip()
        if not body:
            await tell(
                tx,
                office,
                hand.chat_id,
                "how_to_use",
                hand.key,
                community_id=hand.community_id,
                reply_to=hand.message_id or None,
                command="/notice",
                example=words.EXAMPLE,
            )
            return
        if len(body) > words.LONGEST:
            raise Refused("notice_too_long")
        author = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        made = await notices.draft(
            tx, hand.community_id, hand.user_id, author, hand.chat_id, body, office.now_ms()
        )
        await _show_draft(tx, office, hand.community_id, made)

    await office.write(change)


async def open_houses(office: Office, hand: Hand, notice_id: int, *, shown: bool) -> str:
    """Show the houses to choose from, or fold them away."""

    async def change(tx: Tx) -> str:
        found = await _draft_of(tx, office, hand, notice_id)
        await _show_draft(tx, office, found.community_id, found.id, houses=shown)
        return ""

    return await office.write(change)


async def toggle_house(office: Office, hand: Hand, notice_id: int, building_id: int) -> str:
    """Put a house on the list, or take it off; without any it is for the whole community."""

    async def change(tx: Tx) -> str:
        found = await _draft_of(tx, office, hand, notice_id)
        known = {building.id for building in await communities.buildings(tx, found.community_id)}
        if building_id and building_id not in known:
            raise Refused("gone")
        chosen = set(found.buildings) ^ {building_id} if building_id else set()
        await notices.set_buildings(tx, found.id, sorted(chosen & known))
        await _show_draft(tx, office, found.community_id, found.id, houses=bool(building_id))
        return ""

    return await office.write(change)


async def toggle_urgent(office: Office, hand: Hand, notice_id: int) -> str:
    async def change(tx: Tx) -> str:
        found = await _draft_of(tx, office, hand, notice_id)
        await notices.set_urgent(tx, found.id, urgent=not found.urgent)
        await _show_draft(tx, office, found.community_id, found.id)
        return ""

    return await office.write(change)


async def confirm(office: Office, hand: Hand, notice_id: int) -> str:
    """✅: from now on it goes out, at night only when urgent."""

    async def change(tx: Tx) -> str:
        found = await _draft_of(tx, office, hand, notice_id)
        await notices.confirm(tx, found.id, office.now_ms())
        await show_tally(tx, office, found.id)
        return words.WAITS_FOR_DAY if not found.urgent and is_night(office) else words.GOES_OUT

    return await office.write(change)


async def drop(office: Office, hand: Hand, notice_id: int) -> str:
    async def change(tx: Tx) -> str:
        found = await _draft_of(tx, office, hand, notice_id)
        await notices.drop(tx, found.id)
        await _show(tx, office, found, "notice_dropped", {})
        return words.DROPPED

    return await office.write(change)


async def send_names(office: Office, hand: Hand, notice_id: int) -> str:
    """Who needs help and who takes part, to the asker in private."""

    async def change(tx: Tx) -> str:
        if await office.role_of(tx, hand.community_id, hand.user_id) not in READERS:
            raise Refused("not_your_role")
        found = await notices.by_id(tx, hand.community_id, notice_id)
        if found is None:
            raise Refused("gone")
        lists = {said: await _named(tx, found, said, 100) for said in ("help", "join")}
        await tell(
            tx,
            office,
            hand.user_id,
            "notice_names",
            hand.key,
            community_id=found.community_id,
            body=found.body[:40],
            help_=lists["help"],
            join=lists["join"],
        )
        return words.NAMES_SENT

    return await office.write(change)


async def answer(office: Office, user_id: int, notice_id: int, said: str, key: str) -> str:
    """收到 / 需要帮助 / 参加: the last one counts; who needs help is offered a ticket."""

    async def change(tx: Tx) -> str:
        found = await notices.any_of(tx, notice_id)
        if found is None or said not in ANSWERS:
            raise Refused("gone")
        await notices.answer(tx, found, user_id, said, office.now_ms())
        await show_tally(tx, office, found.id)
        if said == "help":
            await tell(
                tx, office, user_id, "notice_help", key, community_id=found.community_id, notice=found.id
            )
        return words.ANSWERED[said]

    return await office.write(change)


async def ask_for_help(office: Office, user_id: int, notice_id: int) -> str:
    """请联系我: a ticket from the notice; a second press finds the same one."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> str:
        found = await notices.any_of(tx, notice_id)
        resident = await people.resident(tx, user_id)
        if found is None or resident is None:
            raise Refused("gone")
        text = words.help_wanted(found.body)
        message = Incoming(user_id, -found.id, user_id, resident.name, office.now_ms(), text)
        # the notice names houses and people; where this resident lives and how they are, it does not say
        reading = replace(office.read(text, gazetteer, office.now()), places=(), matters=(), frailty=())
        ticket = await open_ticket(tx, office, found.community_id, resident, message, reading)
        return words.REGISTERED.format(number=ticket.number)

    return await office.write(change)


async def subscribe(office: Office, user_id: int, key: str, *, wanted: bool) -> str:
    """停止接收 / 恢复接收. Emergencies are told all the same."""

    async def change(tx: Tx) -> str:
        await people.set_no_notices(tx, user_id, no_notices=not wanted)
        await tell(tx, office, user_id, "notices_on" if wanted else "notices_off", key)
        return ""

    return await office.write(change)


async def hand_out(tx: Tx, office: Office, notice_id: int) -> int:
    """Promise it to the next residents; how many were looked at: fewer than a page at the end."""
    found = await notices.any_of(tx, notice_id)
    if found is None or found.state != "sending":
        return 0
    page = await notices.residents(tx, found.community_id, found.sent_to, PAGE)
    community = await communities.by_id(tx, found.community_id)
    told = [reader for reader in page if _is_meant(found, reader)]
    for reader in told:
        await tell(
            tx,
            office,
            reader.user_id,
            "notice_to_resident",
            str(found.id),
            community_id=found.community_id,
            priority=Priority.DANGER if found.urgent else Priority.NOTICE,
            notice=found.id,
            community=community.name if community else "",
            author=found.author,
            body=found.body,
            urgent=found.urgent,
        )
    if page:
        await notices.went(tx, found.id, page[-1].user_id, len(told))
    if len(page) < PAGE:
        await notices.finished(tx, found.id)
    await show_tally(tx, office, found.id)
    return len(page)


def is_night(office: Office) -> bool:
    """Whether what is not urgent waits for the morning."""
    return not DAY[0] <= office.now().astimezone(office.zone).hour < DAY[1]


async def show_tally(tx: Tx, office: Office, notice_id: int) -> None:
    """Bring the card with the answers up to date where the notice was written."""
    found = await notices.any_of(tx, notice_id)
    if found is None:
        return
    counts = await notices.tally(tx, found.id)
    values = {
        "body": found.body,
        "houses": await _houses(tx, found),
        "people": found.people,
        "sending": found.state == "sending",
        "waits": found.state == "sending" and not found.urgent and is_night(office),
        "counts": [counts.get(said, 0) for said in ANSWERS],
        "help_": [(_veiled(name), house) for name, house in await _named(tx, found, "help", ON_THE_CARD)],
        "notice": found.id,
    }
    await _show(tx, office, found, "notice_tally", values)


async def _show_draft(
    tx: Tx, office: Office, community_id: int, notice_id: int, *, houses: bool = False
) -> None:
    found = await notices.by_id(tx, community_id, notice_id)
    assert found is not None  # noqa: S101 - just written or just read
    meant, homeless = 0, 0
    after = 0
    while page := await notices.residents(tx, community_id, after, 1000):
        meant += sum(_is_meant(found, reader) for reader in page)
        homeless += sum(reader.building_id is None for reader in page)
        after = page[-1].user_id
    choices = []
    if houses:
        for building in (await communities.buildings(tx, community_id))[:BUILDINGS_SHOWN]:
            name = building_words(building.name)
            choices.append((building.id, name, building.id in found.buildings))
    values = {
        "body": found.body,
        "author": found.author,
        "houses": await _houses(tx, found),
        "people": meant,
        "homeless": homeless if found.buildings else 0,
        "urgent": found.urgent,
        "choices": choices,
        "notice": found.id,
    }
    await _show(tx, office, found, "notice_draft", values)


async def _show(tx: Tx, office: Office, found: Notice, text: str, values: dict[str, object]) -> None:
    """One message for each notice, edited as it goes on."""
    letter = Letter(
        key=f"notice:{found.id}",
        chat_id=found.chat_id,
        kind="say",
        payload={"text": text, "values": values, "role": "talk"},
        community_id=found.community_id,
    )
    await refresh(tx, letter, office.now_ms(), edit_priority=Priority.MESSAGE)


async def _draft_of(tx: Tx, office: Office, hand: Hand, notice_id: int) -> Notice:
    """The draft, for those who may send it."""
    if await office.role_of(tx, hand.community_id, hand.user_id) not in LEADS:
        raise Refused("not_your_role")
    found = await notices.by_id(tx, hand.community_id, notice_id)
    if found is None or found.state != "draft":
        raise Refused("gone")
    return found


async def _houses(tx: Tx, found: Notice) -> str:
    """The houses in words; empty for the whole community."""
    if not found.buildings:
        return ""
    known = {building.id: building.name for building in await communities.buildings(tx, found.community_id)}
    return "、".join(building_words(known[each]) for each in found.buildings if each in known)


async def _named(tx: Tx, found: Notice, said: str, most: int) -> list[tuple[str, str]]:
    """(name, house) of those who gave this answer."""
    named = []
    for name, building_id in await notices.who_answered(tx, found.id, said, most):
        home = await communities.building(tx, building_id)
        named.append((name or "居民", building_words(home.name) if home else ""))
    return named


def _veiled(name: str) -> str:
    """张**."""
    return f"{name[:1]}**"


def _is_meant(found: Notice, reader: Reader) -> bool:
    if reader.no_notices and not found.urgent:
        return False
    return not found.buildings or reader.building_id in found.buildings
