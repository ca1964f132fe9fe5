"""A resident's own data: shown, handed out, deleted; and the words of old tickets let go."""

from __future__ import annotations

from dataclasses import replace

from desk.incoming import Incoming
from desk.levels import rungs
from desk.moves import remember, step
from desk.office import Office
from desk.residents.own_data import ALL, FILES, home_of
from desk.speech import desk_chats, tell
from desk.staff.notices import show_tally
from domain.errors import Refused
from domain.roles import Role
from domain.states import Move, State
from nlp.personal import mask
from nlp.reading import PersonalKind, Reading
from storage import messages, notices, people, privacy, tickets
from storage.outbox import Letter, Priority, refresh
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket

DAY = 24 * 3600 * 1000
"""Milliseconds."""
AT_ONCE = 50
"""Old tickets that lose their words in one transaction: others want to write too."""
ERASED_LINE = {"text": "erased_line", "values": {}, "role": "notice"}
GONE_LIST = {"text": "list_gone", "values": {}, "role": "talk"}
INSTEAD = {
    "ticket_list": GONE_LIST,
    "found_list": GONE_LIST,
    "bulk_page": GONE_LIST,
    "handover_list": GONE_LIST,
    "morning": GONE_LIST,
    "full_text": ERASED_LINE,
    "timeline": ERASED_LINE,
}
"""What becomes of a message to staff that quotes an erased ticket, by the name of its text."""
IDS = frozenset({PersonalKind.ID_CARD})


async def show(office: Office, message: Incoming) -> None:
    """/mydata: what is kept about the person, in friendly words."""

    async def change(tx: Tx) -> None:
        held = await privacy.held(tx, message.user_id)
        resident = await people.resident(tx, message.user_id)
        if resident is None or held.since is None:
            await tell(tx, office, message.chat_id, "my_data_none", message.key)
            return
        await tell(
            tx,
            office,
            message.chat_id,
            "my_data",
            message.key,
            page=message.key,
            name=resident.name,
            phone=resident.phone,
            home=await home_of(tx, message.user_id),
            script=resident.script,
            kept=resident.script_kept,
            tickets=held.tickets,
            open_tickets=len(await tickets.open_of_resident(tx, message.user_id, most=ALL)),
            messages=held.messages,
            since=f"{office.local(held.since):%Y-%m-%d}",
            days=office.retention_days,
        )

    await office.write(change)


async def close(office: Office, chat_id: int, page: str) -> None:
    """关闭: the page with the data gives way to a line without any."""

    async def change(tx: Tx) -> None:
        key = f"my_data:{chat_id}:{page}"
        if await tx.one("outbox.by_key", key=key) is None:
            raise Refused("gone")
        payload = {"text": "my_data_closed", "values": {}, "role": "talk"}
        letter = Letter(key=key, chat_id=chat_id, kind="say", payload=payload)
        await refresh(tx, letter, office.now_ms(), edit_priority=Priority.MESSAGE)

    await office.write(change)


async def export(office: Office, chat_id: int, key: str) -> None:
    """导出: two files, made when they go out."""

    async def change(tx: Tx) -> None:
        await _known(tx, chat_id)
        for which in FILES:
            kind = which.rpartition(".")[2]
            await tell(tx, office, chat_id, "my_data_file", f"{key}:{kind}", upload=which, kind=kind)

    await office.write(change)


async def ask_to_delete(office: Office, chat_id: int, key: str) -> None:
    """删除: what goes, what stays and why, and what must be withdrawn first; nothing is done yet."""

    async def change(tx: Tx) -> None:
        await _known(tx, chat_id)
        await _ask(tx, office, chat_id, key, changed=False)

    await office.write(change)


async def keep(office: Office, chat_id: int, key: str) -> None:
    """Thought better of it."""

    async def change(tx: Tx) -> None:
        await tell(tx, office, chat_id, "my_data_kept", key)

    await office.write(change)


async def erase(office: Office, chat_id: int, agreed: str, key: str) -> bool:
    """Delete what is kept about the person of this private chat, in one transaction.

    `agreed` lists the open tickets that the person has agreed to withdraw; when there are others, nothing
    is deleted, the question is asked again, and the answer is False.
    """

    async def change(tx: Tx) -> bool:
        resident = await _known(tx, chat_id)
        own = await tickets.of_resident(tx, chat_id, most=ALL)
        if any(ticket.means.is_open and str(ticket.id) not in agreed.split(",") for ticket in own):
            await _ask(tx, office, chat_id, key, changed=True)
            return False
        for community_id in sorted({ticket.community_id for ticket in own}):
            of_community = [ticket for ticket in own if ticket.community_id == community_id]
            await _erase_in(tx, office, community_id, resident, of_community, key)
        works_here = bool(await people.memberships(tx, chat_id)) or chat_id in office.admins
        answered = await notices.answered_by(tx, chat_id)
        await privacy.forget_person(tx, chat_id, works_here=works_here)
        for notice_id in answered:
            await show_tally(tx, office, notice_id)
        await privacy.want_scrub(tx)
        await tell(tx, office, chat_id, "erased", key, kept=len(own), script=resident.script)
        return True

    done = await office.write(change)
    if done:
        await scrub(office)
    return done


async def wipe_ids(office: Office, chat_id: int, key: str) -> None:
    """抹掉证件号: ID numbers that the person has sent are masked in the records too."""

    async def change(tx: Tx) -> None:
        for ticket in await tickets.of_resident(tx, chat_id, most=ALL):
            await _wipe_ticket(tx, office, ticket, chat_id)
        for said in await privacy.unfiled(tx, chat_id):
            await messages.rewrite(tx, said.chat_id, said.message_id, mask(said.text, IDS))
        await privacy.want_scrub(tx)
        await tell(tx, office, chat_id, "id_numbers_wiped", key)

    await office.write(change)
    await scrub(office)


async def warn_of_ids(tx: Tx, office: Office, message: Incoming, reading: Reading) -> None:
    """Ask kindly, once a day, not to send ID numbers."""
    if any(found.kind in IDS for found in reading.personal):
        today = office.now().astimezone(office.zone).date().isoformat()
        await tell(tx, office, message.chat_id, "no_id_numbers", today)


async def due_for_retention(office: Office) -> int:
    """How many finished tickets are older than the retention time and would lose their words now."""
    if not office.retention_days:
        return 0

    async def look(tx: Tx) -> int:
        return await privacy.count_aged(tx, _oldest(office))

    return await office.store.read(look)


async def retire(office: Office) -> int:
    """Let go of the words of tickets finished too long ago, and of residents who never came back."""
    if not office.retention_days:
        return 0
    before, total = _oldest(office), 0

    async def change(tx: Tx) -> int:
        found = await privacy.aged(tx, before, AT_ONCE)
        await privacy.anonymise(tx, found)
        idle = 0 if found else await privacy.forget_idle(tx, before)
        if found or idle:
            await privacy.want_scrub(tx)
        return len(found)

    while retired := await office.store.write(change):
        total += retired
    return total


async def scrub(office: Office) -> bool:
    """Clean the files of what was deleted, if anything was; False when it must be tried again later."""

    async def wanted(tx: Tx) -> bool:
        return await privacy.scrub_wanted(tx)

    if not await office.store.read(wanted):
        return True
    await office.store.write(privacy.scrubbed)
    if await office.store.scrub():
        return True
    await office.store.write(privacy.want_scrub)
    return False


async def _known(tx: Tx, user_id: int) -> Resident:
    resident = await people.resident(tx, user_id)
    if resident is None:
        raise Refused("gone")
    return resident


async def _ask(tx: Tx, office: Office, chat_id: int, key: str, *, changed: bool) -> None:
    found = await tickets.open_of_resident(tx, chat_id, most=ALL)
    await tell(
        tx,
        office,
        chat_id,
        "my_data_delete",
        key,
        open_tickets=[(t.number, office.catalogue.leaf(t.category).name) for t in found],
        agreed=",".join(str(t.id) for t in found),
        changed=changed,
    )


async def _erase_in(
    tx: Tx, office: Office, community_id: int, resident: Resident, own: list[Ticket], key: str
) -> None:
    """The person's tickets of one community: ended, shown without words, anonymised; staff are told."""
    withdrawn = [ticket.number for ticket in own if ticket.means.is_open]
    pictured, secrets = [], [resident.name, resident.phone]
    for ticket in own:
        said = await messages.of_ticket(tx, ticket.id)
        if any(m.role == "media" and m.chat_id != ticket.chat_id for m in said):
            pictured.append(ticket.number)
        for words in (ticket.body, ticket.place, ticket.result_text):
            secrets += [words, mask(words)]
        await rungs.tell_erased(tx, office, ticket)
    ended = [await _ended(tx, office, ticket) for ticket in own]
    await privacy.recall(tx, ended, ERASED_LINE, office.now_ms())
    await privacy.anonymise(tx, ended)
    numbers = {ticket.number for ticket in own}
    await privacy.forget_quotes(tx, community_id, numbers, secrets, INSTEAD, office.now_ms())
    if withdrawn or pictured:
        for chat_id in await desk_chats(tx, office, community_id):
            await tell(
                tx,
                office,
                chat_id,
                "erased_notice",
                f"{key}:{community_id}",
                community_id=community_id,
                role="notice",
                withdrawn=withdrawn,
                pictured=pictured,
            )


async def _ended(tx: Tx, office: Office, ticket: Ticket) -> Ticket:
    """The ticket without anything that waits for its resident."""
    if ticket.means.is_open:
        return await step(
            tx,
            office,
            ticket,
            Move.WITHDRAW,
            Role.RESIDENT,
            ticket.resident_id,
            changes={"review_due": None, "paused_at": None, "resume_state": ""},
        )
    if ticket.state is State.REVIEW:
        changes = {"review_due": None, "opinion": ticket.opinion or "silent"}
        return await step(tx, office, ticket, Move.SETTLE, Role.CLOCK, None, changes=changes)
    return ticket


async def _wipe_ticket(tx: Tx, office: Office, ticket: Ticket, user_id: int) -> None:
    for said in await messages.of_ticket(tx, ticket.id):
        if (masked := mask(said.text, IDS)) != said.text:
            await messages.rewrite(tx, said.chat_id, said.message_id, masked)
    masked = mask(ticket.body, IDS)
    if masked != ticket.body:
        changed = replace(ticket, body=masked)
        await remember(tx, office, ticket, changed, "edited", Role.RESIDENT, user_id)


def _oldest(office: Office) -> int:
    return office.now_ms() - office.retention_days * DAY
