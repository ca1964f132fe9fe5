"""What a resident's button press does."""

from __future__ import annotations

from desk import asking, views
from desk.beside import own
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import open_ticket
from desk.residents import following, judging, neighbours, pacing
from desk.speech import tell
from domain.errors import Refused
from domain.states import State
from storage import people, questions
from storage.store import Tx


async def begin_supplement(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    """➕ 补充: the next message belongs to this ticket."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not (await neighbours.carrier(tx, ticket)).means.is_open:
            raise Refused("closed_already")
        await asking.at_once(tx, office, ticket.chat_id, user_id, "supplement", ticket=ticket)
        await tell(tx, office, ticket.chat_id, "ask_supplement", key, ticket=ticket, number=ticket.number)
        return ""

    return await office.write(change)


async def begin_withdraw(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    """🚫 撤回: asked once more before it is done."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not (await neighbours.carrier(tx, ticket)).means.is_open:
            raise Refused("closed_already")
        await following.ask_withdraw(tx, office, ticket, ticket.chat_id, user_id, key)
        return ""

    return await office.write(change)


async def withdraw(office: Office, ticket_id: int, user_id: int) -> str:
    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await following.withdraw(tx, office, ticket, user_id)
        return "已撤回"

    return await office.write(change)


async def keep_going(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await asking.settled(tx, office, ticket, "withdraw")
        await tell(tx, office, ticket.chat_id, "kept_going", key, ticket=ticket, number=ticket.number)
        return "继续办"

    return await office.write(change)


async def confirm(office: Office, ticket_id: int, user_id: int, verdict: str, key: str) -> str:
    """👍 / 👎 after closing."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if verdict == "unsolved":
            if ticket.state is State.REOPENED:
                return "已经在重新办理了"
            await judging.reopen(tx, office, ticket, user_id)
            return "已重新办理"
        if ticket.state not in (State.REVIEW, State.CLOSED):
            raise Refused("wrong_state", state=ticket.state.value)
        await judging.confirm_solved(tx, office, ticket, user_id, key=f"{ticket.id}:{ticket.reopened}")
        return "谢谢您"

    return await office.write(change)


async def rate(office: Office, ticket_id: int, user_id: int, opinion: str, key: str) -> str:
    """满意 / 基本满意 / 不满意."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if ticket.state not in (State.REVIEW, State.CLOSED):
            raise Refused("wrong_state", state=ticket.state.value)
        await judging.give_opinion(tx, office, ticket, user_id, opinion, key=key)
        return "已记下，谢谢"

    return await office.write(change)


async def history(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    """The ticket's way so far, in friendly words."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await tell(
            tx,
            office,
            ticket.chat_id,
            "history",
            key,
            ticket=ticket,
            number=ticket.number,
            category=office.catalogue.leaf(ticket.category).name,
            lines=await views.history_for_resident(tx, office, ticket),
        )
        return ""

    return await office.write(change)


async def choose_ticket(office: Office, chat_id: int, user_id: int, ticket_id: int, intent: str) -> str:
    """您说的是哪一件: the words that waited go to the chosen ticket, or open a new one."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> str:
        asked = await questions.open_to(tx, chat_id, user_id)
        if asked is None or asked.kind != "which":
            raise Refused("gone")
        await asking.over(tx, office, chat_id, user_id)
        message = Incoming(**asked.data["message"])
        if intent != "new":
            ticket = await own(tx, ticket_id, user_id)
            await following.act(tx, office, ticket, intent, message)
            return ticket.number
        resident = await people.resident(tx, user_id)
        if resident is None or resident.community_id is None:
            raise Refused("gone")
        reading = office.read(message.text, gazetteer, office.now())
        ticket = await open_ticket(tx, office, resident.community_id, resident, message, reading)
        return ticket.number

    return await office.write(change)


async def list_own(office: Office, message: Incoming) -> None:
    """查进度."""

    async def change(tx: Tx) -> None:
        await people.greet(tx, message.user_id, message.name, "hans", office.now_ms())
        if await pacing.too_fast(tx, office, message):
            return
        await following.tell_progress(tx, office, message)

    await office.write(change)
