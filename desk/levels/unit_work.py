"""What the people of another organisation do with a ticket handed to them: sign, answer, finish, give back.

A right is a row: the person works for the organisation that holds the ticket now, and presses in its group or
in private. Whatever else is refused. Unmasked words are only for whoever signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desk import views
from desk.hand import Hand, keep_words, tell_resident
from desk.levels import council
from desk.levels.climbing import pass_on, reachable
from desk.levels.rungs import end
from desk.levels.stepping_back import RETURNED, giver_of, step_back
from desk.moves import step, the_ticket
from desk.office import Office
from desk.speech import show, show_hop, tell, tell_group
from domain.errors import Refused
from domain.levels import ROLE_OF, USUAL_REASON
from domain.roles import Role
from domain.states import Move, may
from nlp.personal import mask
from nlp.replies import concerns
from storage import events as history
from storage import hops, messages, organisations, people
from storage.hops import Hop
from storage.organisations import Organisation, Worker
from storage.store import Tx
from storage.tickets import Ticket
from texts import levels as words
from texts import staff

MUST_BE_REWORDED = frozenset({"promise", "leak", "buck"})
FILES = frozenset({"photo", "voice", "video", "video_note", "document", "audio"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Someone's right to work on a ticket for an organisation."""

    ticket: Ticket
    hop: Hop
    unit: Organisation
    worker: Worker
    role: Role


async def standing(tx: Tx, hand: Hand, hop_id: int) -> Standing:
    """By what right this person works on the ticket; `Refused` for everybody else."""
    ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
    hop = await hops.present(tx, ticket.id)
    if hop is None or (hop_id and hop.id != hop_id):
        raise Refused("not_with_you")
    unit = await organisations.by_id(tx, hop.organisation_id)
    if unit is None or (hand.chat_id < 0 and hand.chat_id != unit.chat_id):
        raise Refused("gone")
    worker = await organisations.person(tx, unit.id, hand.user_id)
    if worker is None:
        raise Refused("not_of_unit", name=unit.name)
    return Standing(ticket, hop, unit, worker, ROLE_OF[unit.kind])


async def open_menu(office: Office, hand: Hand, hop_id: int, menu: str) -> str:
    """Another row of buttons under the organisation's card."""

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        await show_hop(tx, office, at.ticket, at.hop, menu=menu, now_please=True)
        return ""

    return await office.write(change)


async def take(office: Office, hand: Hand, hop_id: int) -> str:
    """接单: from now on this organisation is responsible."""

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        if not await hops.sign(tx, at.hop.id, hand.user_id, office.now_ms()):
            who = await organisations.person_name(tx, at.unit.id, at.hop.signed_by)
            raise Refused("taken_by", who=who)
        if may(Move.TAKE, at.ticket.state, at.role):
            name = at.unit.name
            ticket = await step(
                tx, office, at.ticket, Move.TAKE, at.role, hand.user_id, reason=name, unit=name
            )
        else:
            ticket = at.ticket
            await history.append(
                tx,
                ticket,
                ticket,
                "unit_signed",
                office.now_ms(),
                role=at.role.value,
                actor=hand.user_id,
                name=at.unit.name,
                unit=at.unit.name,
            )
        await _show(tx, office, ticket, at.hop)
        said: dict[str, Any] = {"number": ticket.number, "unit": at.unit.name}
        await tell_group(tx, office, ticket, "unit_signed", str(at.hop.id), who=at.worker.name, **said)
        await tell_resident(tx, office, ticket, "unit_took", hand.key, **said)
        return f"{ticket.number} 归您了，点“看全文”看详细"

    return await office.write(change)


async def answer(office: Office, hand: Hand) -> str:
    """答复居民: a reply to the organisation's card goes to the resident in its name."""
    if not hand.text.strip() and not hand.file_id:
        raise Refused("empty_text")

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, 0)
        _must_be_signed(at)
        if MUST_BE_REWORDED.intersection(concerns(hand.text, urgent=bool(at.ticket.dangers))):
            raise Refused("unit_reword")
        ticket, now = at.ticket, office.now_ms()
        if may(Move.ANSWER, ticket.state, at.role):
            ticket = await step(
                tx,
                office,
                ticket,
                Move.ANSWER,
                at.role,
                hand.user_id,
                changes={"answered_at": ticket.answered_at or now},
                text=mask(hand.text)[:200],
            )
        else:
            await history.append(tx, ticket, ticket, "answer", now, role=at.role.value, actor=hand.user_id)
        await keep_words(tx, office, hand, ticket, "answer")
        await _show(tx, office, ticket, at.hop)
        await tell_resident(
            tx,
            office,
            ticket,
            "answer",
            hand.key,
            hand=hand,
            number=ticket.number,
            who=f"{at.unit.name} {at.worker.name}",
            text=hand.text,
        )
        shown = "（内容请点看全文）" if office.closed(ticket) else mask(hand.text)
        await tell_group(
            tx, office, ticket, "unit_answered", hand.key, number=ticket.number, unit=at.unit.name, text=shown
        )
        await tell(
            tx,
            office,
            hand.chat_id,
            "sent_to_resident",
            hand.key,
            ticket=ticket,
            reply_to=hand.message_id or None,
            number=ticket.number,
        )
        return ticket.number

    return await office.write(change)


async def finish(office: Office, hand: Hand, hop_id: int, result: str, *, straight: bool = False) -> str:
    """办结回复: the organisation's part is done; who had passed it on, or the community, looks and goes on.

    `straight`: to the community, past those through whom it had climbed.
    """
    if result not in words.DONE:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        _must_be_signed(at)
        said = await _last_answer(tx, at) or staff.CLOSE_WORDS[result]
        giver = None if straight else await giver_of(tx, at.hop)
        if giver is not None:
            why = words.OUTCOMES[result]
            shown = "" if office.closed(at.ticket) else mask(said)
            back = await _step(tx, office, hand, at, giver, result, why, shown)
            return f"{back.number} 已回复{giver.name}，谢谢"
        ticket = await step(
            tx,
            office,
            at.ticket,
            Move.HAND_BACK,
            at.role,
            hand.user_id,
            reason=f"{at.unit.name}：{words.OUTCOMES[result]}",
            unit=at.unit.name,
        )
        await end(tx, office, ticket, at.hop, result)
        await show(tx, office, ticket, now_please=True)
        shown = "" if office.closed(ticket) else mask(said)
        await tell_group(
            tx,
            office,
            ticket,
            "unit_done",
            str(at.hop.id),
            number=ticket.number,
            unit=at.unit.name,
            result=result,
            text=shown,
            ticket_id=ticket.id,
            unit_id=at.unit.id,
        )
        await tell_resident(
            tx,
            office,
            ticket,
            "unit_says_done",
            hand.key,
            number=ticket.number,
            unit=at.unit.name,
            result=result,
        )
        return f"{ticket.number} 已回复社区，谢谢"

    return await office.write(change)


async def give_back(office: Office, hand: Hand, hop_id: int, reason: str, *, straight: bool = False) -> str:
    """退回: whoever had passed it on has it again, or the community, and in it whoever received it first."""
    if reason not in words.BACK_REASONS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        why = words.BACK_REASONS[reason]
        giver = None if straight else await giver_of(tx, at.hop)
        if giver is not None:
            back = await _step(tx, office, hand, at, giver, RETURNED, f"退回（{why}）", "")
            await council.propose_if_due(tx, office, back)
            return f"{back.number} 已退回{giver.name}"
        ticket = await step(
            tx,
            office,
            at.ticket,
            Move.RETURN,
            at.role,
            hand.user_id,
            changes={"returned": at.ticket.returned + 1},
            reason=f"{at.unit.name}：{why}",
        )
        await show(tx, office, ticket, now_please=True)
        holder = await people.name_of(tx, ticket.community_id, ticket.assignee_id)
        await tell_group(
            tx,
            office,
            ticket,
            "unit_returned",
            str(at.hop.id),
            number=ticket.number,
            unit=at.unit.name,
            who=at.worker.name,
            reason=why,
            user=ticket.assignee_id or 0,
            holder=holder,
        )
        await tell_resident(
            tx, office, ticket, "unit_came_back", hand.key, number=ticket.number, unit=at.unit.name
        )
        await council.propose_if_due(tx, office, ticket)
        return f"{ticket.number} 已退回社区"

    return await office.write(change)


async def climb_on(office: Office, hand: Hand, hop_id: int, unit_id: int) -> str:
    """再上报 / 转交 by the organisation that holds it."""

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        further = await reachable(tx, at.ticket, unit_id)
        after = await pass_on(
            tx,
            office,
            at.ticket,
            further,
            at.role,
            hand.user_id,
            reason=USUAL_REASON[further.kind],
            key=hand.key,
            giver=at.unit,
        )
        await tell_group(
            tx,
            office,
            after,
            "unit_passed",
            str(at.hop.id),
            number=after.number,
            unit=at.unit.name,
            further=further.name,
        )
        return f"{after.number} 已转给{further.name}"

    return await office.write(change)


async def look(office: Office, hand: Hand, hop_id: int) -> str:
    """看全文: unmasked, in private, to the one who signed; the look is written into the history."""

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        if at.hop.signed_by is None:
            raise Refused("sign_first")
        if at.hop.signed_by != hand.user_id:
            raise Refused("not_yours")
        await history.append(
            tx,
            at.ticket,
            at.ticket,
            "looked",
            office.now_ms(),
            role=at.role.value,
            actor=hand.user_id,
            name=f"{at.unit.name} {at.worker.name}",
        )
        whose = at.ticket.community_id
        values = await views.full_text(tx, office, at.ticket)
        await tell(tx, office, hand.user_id, "full_text", hand.key, community_id=whose, **values)
        kept = [m for m in await messages.media_of_ticket(tx, at.ticket.id) if m.media in FILES]
        for number, message in enumerate(kept[:10]):
            files = [{"kind": message.media, "file_id": message.file_id}]
            key = f"{hand.key}:{number}"
            await tell(
                tx,
                office,
                hand.user_id,
                "attachment",
                key,
                community_id=whose,
                files=files,
                number=at.ticket.number,
            )
        return "全文已发到您和我的私聊（没收到请先私聊我点“开始”）"

    return await office.write(change)


async def show_again(office: Office, hand: Hand, hop_id: int) -> str:
    """The card of a listed ticket once more, at the end of the chat."""

    async def change(tx: Tx) -> str:
        at = await standing(tx, hand, hop_id)
        await show_hop(tx, office, at.ticket, at.hop, now_please=True)
        row = await tx.one("outbox.by_key", key=f"unit:{at.hop.id}:{hand.chat_id}")
        if row is not None:
            await tx.do("outbox.fresh", id=row["id"])
        return at.ticket.number

    return await office.write(change)


async def speaks_for_a_unit(office: Office, chat_id: int, user_id: int, ticket_id: int) -> tuple[bool, str]:
    """Whether a reply to a message of this ticket comes from an organisation's side.

    (True, "") for its own people, (False, its name) for a stranger in its group, (False, "") otherwise.
    """

    async def inquire(tx: Tx) -> tuple[bool, str]:
        ledger = await hops.of_ticket(tx, ticket_id)
        for hop in reversed(ledger):
            unit = await organisations.by_id(tx, hop.organisation_id)
            if unit is None or (chat_id < 0 and unit.chat_id != chat_id):
                continue
            if await organisations.person(tx, unit.id, user_id):
                return True, ""
            if chat_id < 0:
                return False, unit.name
        return False, ""

    return await office.store.read(inquire)


async def _show(tx: Tx, office: Office, ticket: Ticket, hop: Hop) -> None:
    await show(tx, office, ticket, now_please=True)
    await show_hop(tx, office, ticket, hop, now_please=True)


def _must_be_signed(at: Standing) -> None:
    if at.hop.signed_by is None:
        raise Refused("sign_first")


async def _step(
    tx: Tx, office: Office, hand: Hand, at: Standing, giver: Organisation, outcome: str, why: str, said: str
) -> Ticket:
    return await step_back(
        tx, office, hand, at.ticket, at.hop, at.unit, giver, at.role, outcome=outcome, why=why, said=said
    )


async def _last_answer(tx: Tx, at: Standing) -> str:
    """What the organisation, or one to which it had passed the ticket on, told the resident last."""
    ledger = await hops.of_ticket(tx, at.ticket.id)
    ours = [hop for hop in ledger if at.unit.id in (hop.organisation_id, hop.from_id)]
    units = {hop.organisation_id for hop in ours}
    workers = {worker.user_id for unit in units for worker in await organisations.people(tx, unit)}
    since = min(hop.at for hop in ours)
    said = [
        message.text
        for message in await messages.of_ticket(tx, at.ticket.id)
        if message.role == "answer" and message.sender_id in workers and message.at >= since
    ]
    return next((text for text in reversed(said) if text), "")
