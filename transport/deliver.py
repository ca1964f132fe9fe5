"""The outbox delivered: each promise composed from the present state, sent, settled; one at a time per chat.

'sending' is committed before the first byte goes out. What certainly did not arrive is tried again as it is;
what may have arrived is tried again marked as such; what cannot arrive is told to the desk. No transaction is
open while the network thinks.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from desk.outgoing import Outgoing
from domain.bots import inside
from domain.errors import StoreUnavailable
from storage import outbox
from storage.outbox import OutboxRow, Priority
from storage.store import Change, Store, Tx
from transport import patience
from transport.addressing import Fetch, outward
from transport.clock import Now, now_ms
from transport.letter import call_for, count_of, message_ids, simplified
from transport.limits import Limits
from transport.logs import where
from transport.patience import within
from transport.request import Line, NotSent, TooMany, Unsure

log = logging.getLogger(__name__)

BACKOFF: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
LOOK_EVERY: Final = 1.0  # seconds between looks when nobody wakes the deliverer
ORPHANS_EVERY: Final = 10.0  # seconds
LONG_LOOK: Final = 0.01
FIRST_LOOK: Final = 64  # rows; further when all of them must wait
MOST_COMPOSE_FAILURES: Final = 5
UNCHANGED: Final = "message is not modified"
EDIT_IS_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)
REFUSED: Final = (BadRequest, Forbidden, InvalidToken)  # the last: 404, a server that is too old for it
CHAT_IS_GONE: Final = ("chat not found", "user not found", "peer_id_invalid", "group chat was deactivated")
MOST_FRESH: Final = 3  # an edit whose message is gone again and again is a fault of the program


class Post(Protocol):
    """What the desk knows about messages. Each function runs inside a transaction of the store."""

    async def compose(self, tx: Tx, row: OutboxRow) -> Outgoing | None:
        """The message as it must read now; None when there is nothing to say any more."""
        ...

    async def settled(self, tx: Tx, row: OutboxRow, outgoing: Outgoing, message_ids: tuple[int, ...]) -> None:
        """It arrived under these ids (none when an edit found the message as it should be)."""
        ...

    async def undeliverable(self, tx: Tx, row: OutboxRow, reason: str) -> None:
        """It will never arrive: 'forbidden', 'chat not found', or Telegram's words."""
        ...

    async def moved(self, tx: Tx, old: int, new: int) -> None:
        """The group has a new id; everything that names the old one must follow."""
        ...


@dataclass(frozen=True, slots=True)
class _Claimed:
    row: OutboxRow
    outgoing: Outgoing


class Deliverer:
    """Sends what the outbox holds for one bot. `run` ends only when cancelled or stopped."""

    def __init__(
        self,
        store: Store,
        line: Line,
        post: Post,
        limits: Limits,
        *,
        now: Now = now_ms,
        bot: int = 0,
        backoff: tuple[float, ...] = BACKOFF,
        most_at_once: int = 30,
        look_every: float = LOOK_EVERY,
        orphans_every: float = ORPHANS_EVERY,
        fetch: Fetch | None = None,
    ) -> None:
        self._store = store
        self._line = line
        self._post = post
        self._limits = limits
        self._now = now
        self._bot = bot
        self._backoff = backoff
        self._most_at_once = most_at_once
        self._look_every = look_every
        self._orphans_every = orphans_every
        self._fetch = fetch
        self._doubtful: set[int] = set()  # rows whose claim may have been committed; nothing was sent
        self._in_hand: set[int] = set()
        self._strangers: frozenset[int] = frozenset()
        self._checked = 0.0
        self._sending: dict[int, asyncio.Task[None]] = {}  # by chat
        self._look_at = FIRST_LOOK
        self._woken = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._line_is_down = False
        self.tally: Counter[str] = Counter()

    def wake(self) -> None:
        """Something was promised: look now."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until `stop`."""
        self._ended.clear()
        self._doubtful.clear()
        self._in_hand.clear()
        await patience.write(self._store, lambda tx: outbox.recover(tx, self._bot), "recovery of the outbox")
        try:
            async with asyncio.TaskGroup() as group:
                while not self._stopping:
                    self._woken.clear()
                    try:
                        await self._clear_doubts()
                        await self._adopt()
                        pause = await self._round(group)
                    except StoreUnavailable as error:
                        log.error("the outbox cannot be read or claimed (%s); trying again", error.problem)
                        pause = LOOK_EVERY
                    if pause > 0:
                        await within(self._woken, pause)
        finally:
            self._ended.set()

    async def stop(self, grace: float = 2.0) -> None:
        """Send nothing new; what has no answer after `grace` seconds is found unsure at the next start."""
        self._stopping = True
        self.wake()
        if not await within(self._ended, grace):
            for task in list(self._sending.values()):
                task.cancel()

    async def _clear_doubts(self) -> None:
        """A commit whose answer was lost: what it claimed was not sent, and waits as before."""
        doubtful = frozenset(self._doubtful)
        if doubtful:
            await self._store.write(lambda tx: outbox.unclaim(tx, doubtful))
            self._doubtful -= doubtful

    async def _adopt(self) -> None:
        """On a shared store: what another process claimed with its last breath, after ours had begun."""
        if not self._store.shared or time.monotonic() - self._checked < self._orphans_every:
            return
        self._checked = time.monotonic()
        claimed = await self._store.read(lambda tx: outbox.on_their_way(tx, self._bot))
        strangers = claimed - self._in_hand
        if lost := strangers & self._strangers:
            log.warning("%d messages had lost their sender; they go out again, marked", len(lost))
            await self._store.write(lambda tx: outbox.adopt(tx, lost))
        self._strangers = strangers

    async def _round(self, group: asyncio.TaskGroup) -> float:
        """Send what may be sent now; seconds until it is worth looking again."""
        if (wait := self._limits.open_in()) > 0:
            return wait
        now, begun = self._now(), time.monotonic()
        heads = await self._store.read(lambda tx: outbox.heads(tx, now, self._look_at, self._bot))
        looked = time.monotonic() - begun
        if looked > LONG_LOOK:  # many thousands wait: do not spend the reader on looking, others need it
            await asyncio.sleep(min(3 * looked, LOOK_EVERY))
        chosen, pause = self._choose(heads)
        # All heads may belong to chats that must wait: look further then, so that they hold back nobody else.
        full = len(heads) >= self._look_at
        self._look_at = min(self._look_at * 2, 6400) if full and not chosen else FIRST_LOOK
        if chosen:
            await self._send_all(chosen, group)
            return 0.0
        if full:
            return min(pause, 0.05)
        due = await self._store.read(lambda tx: outbox.next_due(tx, now, self._bot))
        if due is not None:
            pause = min(pause, max((due - now) / 1000, 0.005))
        return pause

    def _choose(self, heads: Sequence[OutboxRow]) -> tuple[list[OutboxRow], float]:
        """Rows whose chat is free, and seconds until the first of the others is."""
        chosen: list[OutboxRow] = []
        pause = self._look_every
        for row in heads:
            if row.chat_id in self._sending:
                continue
            if len(self._sending) + len(chosen) >= self._most_at_once:
                break  # whoever finishes wakes us
            wait = self._limits.when(row.chat_id, edit=row.priority == Priority.EDIT)
            if wait > 0:
                pause = min(pause, max(wait, 0.005))
                continue
            self._limits.began(row.chat_id)
            chosen.append(row)
        return chosen, pause

    async def _send_all(self, rows: Sequence[OutboxRow], group: asyncio.TaskGroup) -> None:
        """Claim and compose in one commit, then send side by side."""
        claims = await asyncio.gather(
            *(self._store.write(self._claim(row)) for row in rows), return_exceptions=True
        )
        for row, claim in zip(rows, claims, strict=True):
            if isinstance(claim, _Claimed):
                self._in_hand.add(row.id)
                self._sending[row.chat_id] = group.create_task(self._deliver(claim), name=f"send {row.id}")
            else:
                self._limits.dropped(row.chat_id)
        unavailable: StoreUnavailable | None = None
        for row, claim in zip(rows, claims, strict=True):
            if isinstance(claim, StoreUnavailable):
                self._doubtful.add(row.id)
                unavailable = claim
            elif isinstance(claim, BaseException):
                await self._not_composed(row, claim)
        if unavailable:
            raise unavailable

    def _claim(self, row: OutboxRow) -> Change[_Claimed | None]:
        async def claim(tx: Tx) -> _Claimed | None:
            if not await outbox.claim(tx, row.id):
                return None
            outgoing = await self._post.compose(tx, row)
            if outgoing is None:
                await outbox.sent(tx, row, None, self._now())
                return None
            return _Claimed(row, outgoing)

        return claim

    async def _not_composed(self, row: OutboxRow, error: BaseException) -> None:
        """A fault of the program, not of the network: try a few times, then let the chat go on."""
        log.error("outbox row %d (%s) cannot be composed: %s", row.id, row.kind, where(error))
        if row.attempts + 1 >= MOST_COMPOSE_FAILURES:
            await self._write_off(row, f"compose: {type(error).__name__}")
        else:
            await self._again(row, error, unsure=False)

    async def _deliver(self, claimed: _Claimed) -> None:
        row = claimed.row
        try:
            await self._settle(claimed, await self._try(row, claimed.outgoing))
        finally:
            del self._sending[row.chat_id]
            self._in_hand.discard(row.id)
            self.wake()

    async def _try(self, row: OutboxRow, outgoing: Outgoing) -> tuple[int, ...] | TelegramError:
        """Send once; the message ids, or the error."""
        count = count_of(outgoing)
        if count != 1:  # an album takes the room of several messages, a reaction that of none
            self._limits.dropped(row.chat_id)
            await self._begin(row.chat_id, count)
        try:
            call = await outward(call_for(outgoing), self._bot, self._fetch)
            result = await self._line.call(call.method, call.values, call.files)
            self._line_works()
            return message_ids(result)
        except TelegramError as error:
            if isinstance(error, BadRequest) and UNCHANGED in str(error).lower():
                return ()
            return error
        finally:
            self._limits.took(row.chat_id, count)

    async def _begin(self, chat_id: int, count: int = 1) -> None:
        while True:
            wait = self._limits.when(chat_id, count=count)
            if wait <= 0:
                break
            await asyncio.sleep(wait)
        self._limits.began(chat_id, count)

    async def _settle(self, claimed: _Claimed, outcome: tuple[int, ...] | TelegramError) -> None:
        """Write down what became of it."""
        row, outgoing = claimed.row, claimed.outgoing
        words = str(outcome).lower()
        self.tally["messages_sent" if isinstance(outcome, tuple) else "messages_refused"] += 1
        if isinstance(outcome, tuple):
            await self._arrived(row, outgoing, outcome)
        elif isinstance(outcome, TooMany):
            self.tally["asked_to_slow_down"] += 1
            log.warning("Telegram asks to slow down for %g s", outcome.seconds)
            self._limits.halt(row.chat_id, outcome.seconds)
            await self._again(row, outcome, unsure=False, pause=outcome.seconds)
        elif isinstance(outcome, ChatMigrated):
            await self._follow(row, outcome.new_chat_id)
        elif isinstance(outcome, REFUSED) and (outgoing.reaction or _only_buttons(outgoing)):
            await self._write_off(row, words)
        elif isinstance(outcome, Forbidden):
            await self._write_off(row, "forbidden")
        elif outgoing.edit is not None and _says(EDIT_IS_GONE, words) and row.attempts < MOST_FRESH:
            await self._write(lambda tx: outbox.fresh(tx, row))
        elif isinstance(outcome, BadRequest) and _says(CHAT_IS_GONE, words):
            await self._write_off(row, "chat not found")
        elif isinstance(outcome, BadRequest):
            await self._amend(claimed, str(outcome))
        else:
            self._line_fails(outcome)
            unsure = isinstance(outcome, Unsure) and outgoing.edit is None  # an edit done twice is one edit
            await self._again(row, outcome, unsure=unsure)

    async def _amend(self, claimed: _Claimed, words: str) -> None:
        """Refused as it is: send it in a simpler form if there is one, else write it off."""
        row = claimed.row
        simpler = simplified(claimed.outgoing, words)
        if simpler is None:
            await self._write_off(row, words)
            return
        log.error("outbox row %d (%s) was refused (%s); sent in a simpler form", row.id, row.kind, words)
        await self._begin(row.chat_id)
        await self._settle(_Claimed(row, simpler), await self._try(row, simpler))

    async def _arrived(self, row: OutboxRow, outgoing: Outgoing, ids: tuple[int, ...]) -> None:
        async def arrived(tx: Tx) -> None:
            await outbox.sent(tx, row, ids[0] if ids else None, self._now())
            await self._post.settled(tx, row, outgoing, ids)

        try:
            await self._write(arrived)
        except Exception as error:  # whatever the desk makes of it: it was sent, and is not sent again
            log.critical("outbox row %d arrived, but was not entered: %s", row.id, where(error))
            await self._write(lambda tx: outbox.sent(tx, row, ids[0] if ids else None, self._now()))

    async def _write_off(self, row: OutboxRow, reason: str) -> None:
        async def undeliverable(tx: Tx) -> None:
            await outbox.dead(tx, row, reason)
            await self._post.undeliverable(tx, row, reason)

        log.warning("outbox row %d (%s) cannot be delivered: %s", row.id, row.kind, reason)
        try:
            await self._write(undeliverable)
        except Exception as error:  # a fault there must not leave the row in the way of its chat
            log.critical("outbox row %d could not be written off properly: %s", row.id, where(error))
            await self._write(lambda tx: outbox.dead(tx, row, reason))

    async def _follow(self, row: OutboxRow, new: int) -> None:
        async def follow(tx: Tx) -> None:
            await self._post.moved(tx, row.chat_id, inside(self._bot, new))
            await outbox.retry(tx, row, self._now(), "moved", unsure=False)

        log.warning("a group has become a supergroup; its records follow")
        await self._write(follow)

    async def _again(
        self, row: OutboxRow, error: BaseException, *, unsure: bool, pause: float | None = None
    ) -> None:
        seconds = patience.pause_after(row.attempts + 1, self._backoff) if pause is None else pause
        due = self._now() + int(seconds * 1000)
        reason = type(error).__name__
        await self._write(lambda tx: outbox.retry(tx, row, due, reason, unsure=unsure))

    async def _write(self, change: Change[None]) -> None:
        await patience.write(self._store, change, "the result of a sending")

    def _line_works(self) -> None:
        if self._line_is_down:
            self._line_is_down = False
            log.warning("messages reach Telegram again")

    def _line_fails(self, error: TelegramError) -> None:
        if not self._line_is_down:
            self._line_is_down = True
            log.error("a message did not get through (%s); messages wait and are tried again", error)
        if isinstance(error, NotSent):
            self._limits.pause(min(0.5, self._backoff[0]))  # the line itself is down: spare the other rows


def _only_buttons(outgoing: Outgoing) -> bool:
    """Whether it merely takes the buttons off a message: nobody misses it."""
    return outgoing.edit is not None and not outgoing.html


def _says(phrases: Sequence[str], words: str) -> bool:
    return any(phrase in words for phrase in phrases)
