"""The reply check: words to a resident that deserve a second look wait for 照发, or go out with a hint."""

from __future__ import annotations

from dataclasses import asdict

from desk import asking
from desk.hand import Hand, name_of
from desk.office import Office
from desk.pages import turn
from desk.speech import shown_to_group, tell
from nlp.replies import CODES, concerns
from storage import messages, questions
from storage.store import Tx
from storage.tickets import Ticket

HELD_FOR = frozenset(CODES) - {"vague", "empty"}
"""Concerns for which an answer waits for a second look; for others it goes out with a hint."""
OF_RESIDENT = frozenset({"report", "supplement"})


async def doubts_of(tx: Tx, ticket: Ticket, hand: Hand) -> tuple[str, ...]:
    """What deserves a second look in the words of this hand."""
    asked = "" if hand.file_id else await _asked(tx, ticket)
    return concerns(hand.text, urgent=bool(ticket.dangers) and not hand.file_id, asked=asked)


def leaks(text: str) -> tuple[str, ...]:
    """The one concern that a question to the resident can have."""
    return tuple(code for code in concerns(text, urgent=True) if code == "leak")


async def hold_back(
    tx: Tx, office: Office, hand: Hand, ticket: Ticket, doubts: tuple[str, ...], then: str
) -> bool:
    """Keep words with grave doubts until 照发; False when there are none. `then`: what 照发 does."""
    if not HELD_FOR.intersection(doubts):
        return False
    await asking.at_once(
        tx,
        office,
        hand.chat_id,
        hand.user_id,
        "send_anyway",
        ticket=ticket,
        told=f"check_answer:{hand.chat_id}:{hand.key}",
        hand=asdict(hand),
        then=then,
    )
    await tell(
        tx,
        office,
        hand.chat_id,
        "check_answer",
        hand.key,
        ticket=ticket,
        reply_to=hand.message_id or None,
        role="notice",
        number=ticket.number,
        concerns=list(doubts),
        ticket_id=ticket.id,
        message=hand.message_id or hand.under,
    )
    return True


async def hint(tx: Tx, office: Office, hand: Hand, ticket: Ticket, doubts: tuple[str, ...]) -> None:
    """The words have gone out; how the next ones could say more."""
    if not doubts:
        return
    await tell(
        tx,
        office,
        hand.chat_id,
        "answer_hint",
        hand.key,
        ticket=ticket,
        reply_to=hand.message_id or None,
        role="notice",
        number=ticket.number,
        concerns=list(doubts),
    )


async def _asked(tx: Tx, ticket: Ticket) -> str:
    """What the resident has said since they were last answered."""
    said: list[str] = []
    for message in await messages.of_ticket(tx, ticket.id):
        if message.role in ("answer", "ask"):
            said = []
        elif message.role in OF_RESIDENT:
            said.append(message.text)
    return "\n".join(said)


async def settle_page(tx: Tx, office: Office, hand: Hand, ticket: Ticket) -> None:
    """The page from which ready words were sent shows what went out, and takes its buttons away."""
    if not hand.page:
        return
    asked = await questions.open_to(tx, hand.chat_id, hand.user_id)
    if asked and asked.kind == "answer_blank":
        await asking.over(tx, office, hand.chat_id, hand.user_id)
    who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
    shown = hand.text if hand.chat_id > 0 else shown_to_group(office, ticket, hand.text)
    await turn(
        tx,
        office,
        hand.chat_id,
        hand.page,
        "answer_sent",
        community_id=ticket.community_id,
        ticket_id=ticket.id,
        number=ticket.number,
        who=who,
        text=shown,
    )
