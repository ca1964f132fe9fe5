"""Telegram's sending limits, kept before Telegram has to remind us: when a chat may be written to next.

A call counts while it is under way and for a window after its answer. Telegram saw it at some moment between
the two, so no window of Telegram's own can hold more calls than ours, whatever the network does in between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

MARGIN: Final = 0.02  # seconds added to every window
SECOND: Final = 1.0 + MARGIN
MINUTE: Final = 60.0 + MARGIN
BOTH_HALTED: Final = 1.0  # two chats refused within so many seconds: the limit is the bot's, not a chat's


@dataclass(slots=True)
class _Chat:
    under_way: int = 0
    free_at: float = 0.0
    minute: deque[float] = field(default_factory=deque)


class Limits:
    """Overall and per-chat pacing. `clock` gives seconds that never go back."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        per_second: int = 30,
        group_per_minute: int = 20,
        edits_per_second: int = 24,
        group_edits_per_minute: int = 15,
    ) -> None:
        """Edits get less than messages, so that refreshed cards never hold back a resident's answer."""
        self._clock = clock
        self._per_second = per_second
        self._group_per_minute = group_per_minute
        self._edits_per_second = edits_per_second
        self._group_edits_per_minute = group_edits_per_minute
        self._second: deque[float] = deque()
        self._under_way = 0
        self._chats: dict[int, _Chat] = {}
        self._paused_until = 0.0
        self._last_halt: tuple[int, float] | None = None

    def when(self, chat_id: int, *, edit: bool = False, count: int = 1) -> float:
        """Seconds until `count` messages (an album is several) may go to this chat; 0 is now."""
        now = self._clock()
        wait = max(self._overall(now, count, edit=edit), self._paused_until - now, 0.0)
        chat = self._chats.get(chat_id)
        if chat is None:
            return wait
        if chat.under_way:
            return max(wait, SECOND)
        wait = max(wait, chat.free_at - now)
        if chat_id < 0:
            most = self._group_edits_per_minute if edit else self._group_per_minute
            _expire(chat.minute, now - MINUTE)
            if (over := len(chat.minute) + count - most) > 0 and chat.minute:
                wait = max(wait, chat.minute[min(over, len(chat.minute)) - 1] + MINUTE - now)
        return wait

    def open_in(self) -> float:
        """Seconds until any chat at all may be written to."""
        now = self._clock()
        return max(self._overall(now, 1, edit=False), self._paused_until - now, 0.0)

    def began(self, chat_id: int, count: int = 1) -> None:
        """`count` messages are under way to this chat."""
        self._under_way += count
        self._chats.setdefault(chat_id, _Chat()).under_way += count

    def took(self, chat_id: int, count: int = 1) -> None:
        """What `began` announced was answered, well or badly."""
        now = self._clock()
        self._under_way -= count
        self._second.extend([now] * count)
        chat = self._chats[chat_id]
        chat.under_way -= count
        chat.free_at = max(chat.free_at, now + SECOND * count)
        if chat_id < 0:
            chat.minute.extend([now] * count)
        if len(self._chats) > 4096:
            self._forget(now)

    def dropped(self, chat_id: int, count: int = 1) -> None:
        """What `began` announced was not sent after all."""
        self._under_way -= count
        self._chats[chat_id].under_way -= count

    def halt(self, chat_id: int, seconds: float) -> None:
        """Telegram refused this chat for so long; the whole bot when it refused two chats at once."""
        now = self._clock()
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.free_at = max(chat.free_at, now + seconds + MARGIN)
        if self._last_halt and self._last_halt[0] != chat_id and now - self._last_halt[1] < BOTH_HALTED:
            self.pause(seconds + MARGIN)
        self._last_halt = (chat_id, now)

    def pause(self, seconds: float) -> None:
        """Send nothing at all for so long."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _overall(self, now: float, count: int, *, edit: bool) -> float:
        _expire(self._second, now - SECOND)
        most = self._edits_per_second if edit else self._per_second
        over = self._under_way + len(self._second) + count - most
        if over <= 0 or not (self._second or self._under_way):
            return 0.0
        if over > len(self._second):
            return MARGIN  # those under way must be answered first: ask again shortly
        return self._second[over - 1] + SECOND - now

    def _forget(self, now: float) -> None:
        """Drop chats that no limit holds any more."""
        for chat_id, chat in list(self._chats.items()):
            _expire(chat.minute, now - MINUTE)
            if not chat.under_way and not chat.minute and chat.free_at <= now:
                del self._chats[chat_id]


def _expire(times: deque[float], until: float) -> None:
    while times and times[0] <= until:
        times.popleft()
