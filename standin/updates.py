"""One bot's updates: kept until confirmed, given by long poll or by webhook."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from standin.journal import Signal
from standin.refuse import OTHER_GETUPDATES, WEBHOOK_ACTIVE, conflict

Json = dict[str, Any]

# Telegram leaves these out unless they are asked for by name.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class Webhook:
    """Where updates are posted, and how it went lately."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0


@dataclass
class Queue:
    """Updates not yet confirmed, in order, and lanes (one per chat) for webhook delivery."""

    next_id: int = field(default_factory=lambda: random.randint(100_000_000, 900_000_000))
    pending: dict[int, Json] = field(default_factory=dict)
    again: list[Json] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    webhook: Webhook | None = None
    closed: bool = False
    created: int = 0
    confirmed: int = 0
    wake: Signal = field(default_factory=Signal)
    _polls: int = 0
    lanes: dict[str, deque[int]] = field(default_factory=dict)
    ready: deque[str] = field(default_factory=deque)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def push(self, kind: str, payload: Json) -> Json:
        """Add an update and wake the poller."""
        update = {"update_id": self.next_id, kind: payload}
        return self.push_raw(update, lane_of(payload))

    def push_raw(self, update: Json, lane: str) -> Json:
        """Add an update of any shape under the next id."""
        update["update_id"] = self.next_id
        self.pending[self.next_id] = update
        self.created += 1
        if self.webhook is not None:
            self._line_up(lane, self.next_id)
        self.next_id += 1
        self.wake.fire()
        return update

    def confirm_below(self, offset: int) -> list[Json]:
        """Forget updates below an offset; gives those forgotten."""
        done = []
        for update_id in self.pending:
            if update_id >= offset:
                break
            done.append(update_id)
        return [self._forget(update_id) for update_id in done]

    def confirm(self, update_id: int) -> list[Json]:
        """Forget one update (the webhook answered 2xx)."""
        return [self._forget(update_id)] if update_id in self.pending else []

    def drop_pending(self) -> None:
        """Forget everything without a word."""
        self.pending.clear()
        self.again.clear()
        self.lanes.clear()
        self.ready.clear()

    def _forget(self, update_id: int) -> Json:
        self.confirmed += 1
        return self.pending.pop(update_id)

    def relane(self) -> None:
        """Build the lanes anew from what is pending (a webhook was set)."""
        self.lanes.clear()
        self.ready.clear()
        for update_id, update in self.pending.items():
            payload: Any = next((part for key, part in update.items() if key != "update_id"), {})
            lane = lane_of(payload) if isinstance(payload, dict) else ""
            self._line_up(lane, update_id)

    def _line_up(self, lane: str, update_id: int) -> None:
        if lane not in self.lanes:
            self.lanes[lane] = deque()
            self.ready.append(lane)
        self.lanes[lane].append(update_id)

    def from_offset(self, offset: int) -> list[Json]:
        """Apply getUpdates' offset; gives the updates that it confirmed."""
        if offset > 0:
            return self.confirm_below(offset)
        if offset < 0:
            keep = list(self.pending)[offset:]
            return self.confirm_below(keep[0]) if keep else []
        return []

    def take(self, limit: int) -> list[Json]:
        """The first updates, repeated ones before them; nothing is confirmed by this."""
        again, self.again = self.again[:limit], self.again[limit:]
        return again + list(islice(self.pending.values(), limit - len(again)))

    async def poll(self, limit: int, seconds: float) -> list[Json]:
        """Wait for updates; an older poll of the same bot is ended with a conflict."""
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        self._polls += 1
        mine = self._polls
        self.wake.fire()
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            if self._polls != mine:
                raise conflict(OTHER_GETUPDATES)
            if self.webhook is not None:
                raise conflict("terminated by setWebhook request")
            found = self.take(limit)
            left = until - loop.time()
            if found or left <= 0 or self.closed:
                return found
            await self.wake.wait(left)


def lane_of(payload: Json) -> str:
    """The chat an update belongs to: one lane is delivered one after another."""
    message = payload.get("message", payload)
    chat = message.get("chat") if isinstance(message, dict) else None
    person = payload.get("from") or payload.get("user") or {}
    return str(chat["id"]) if isinstance(chat, dict) and "id" in chat else str(person.get("id", ""))
