"""照发 / 改一改: what becomes of words that wait for a second look."""

from __future__ import annotations

from desk import asking
from desk.hand import Hand
from desk.office import Office
from desk.staff import answering, handling
from domain.errors import Refused
from storage import questions
from storage.questions import Question
from storage.store import Tx


async def send_held(office: Office, hand: Hand, message_id: int, *, send: bool) -> str:
    """Decided by whoever wrote them."""

    async def look(tx: Tx) -> Question | None:
        return await questions.open_to(tx, hand.chat_id, hand.user_id)

    asked = await office.store.read(look)
    if asked is None or asked.kind != "send_anyway":
        raise Refused("nothing_held")
    kept = Hand(**asked.data["hand"])
    if (kept.message_id or kept.under) != message_id:
        raise Refused("nothing_held")
    if send:
        act, _, result = str(asked.data.get("then", "answer")).partition(":")
        if act == "close":
            await handling.close(office, kept, result, sure=True)
        elif act == "ask":
            await answering.ask(office, kept, sure=True)
        else:
            await answering.answer(office, kept, sure=True)
        return "已发给居民"

    async def change(tx: Tx) -> str:
        await asking.over(tx, office, hand.chat_id, hand.user_id)
        return "没有发，请改好再回复卡片"

    return await office.write(change)
