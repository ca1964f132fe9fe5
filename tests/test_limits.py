"""Whatever is asked for and however the network dawdles, Telegram never sees more than it allows."""

from __future__ import annotations

import heapq
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from transport.limits import Limits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Radio:
    """Sends through `Limits` as the deliverer does, and notes when Telegram saw each call."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits, self.clock = limits, clock
        self.seen: list[tuple[float, int, bool]] = []
        self.under_way: list[tuple[float, int]] = []

    def send(self, chat: int, edit: bool, to_telegram: float, back: float) -> None:
        self.limits.began(chat)
        self.seen.append((self.clock.now + to_telegram, chat, edit))
        heapq.heappush(self.under_way, (self.clock.now + to_telegram + back, chat))

    def pass_time(self, seconds: float) -> None:
        until = self.clock.now + seconds
        while self.under_way and self.under_way[0][0] <= until:
            self.clock.now, chat = heapq.heappop(self.under_way)
            self.limits.took(chat)
        self.clock.now = until

    def run(self, queue: list[tuple[int, bool, float, float]]) -> None:
        """Send all of the queue, the first that may go first."""
        while queue:
            waits = [self.limits.when(chat, edit=edit) for chat, edit, _, _ in queue]
            soonest = min(waits)
            if soonest > 0:
                self.pass_time(soonest)
            else:
                self.send(*queue.pop(waits.index(soonest)))
        self.pass_time(10)


def busiest(times: list[float], window: float) -> int:
    """The most calls in any window of that length."""
    times = sorted(times)
    most = start = 0
    for place, at in enumerate(times):
        while times[start] <= at - window:
            start += 1
        most = max(most, place - start + 1)
    return most


delays = st.floats(0.001, 0.9)
sends = st.tuples(st.sampled_from([1, 2, 3, 4, 5, -100, -200]), st.booleans(), delays, delays)


@settings(max_examples=60, deadline=None)
@given(st.lists(sends, max_size=90))
def test_no_limit_is_broken_whatever_the_network_does(queue: list[tuple[int, bool, float, float]]) -> None:
    clock = Clock()
    radio = Radio(Limits(clock), clock)
    radio.run(list(queue))
    assert len(radio.seen) == len(queue)
    assert busiest([at for at, _, _ in radio.seen], 1.0) <= 30
    for chat in {chat for _, chat, _ in radio.seen}:
        times = sorted(at for at, other, _ in radio.seen if other == chat)
        assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))
        if chat < 0:
            assert busiest(times, 60.0) <= 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(delays, delays), min_size=40, max_size=120))
def test_across_many_chats_the_overall_limit_holds(journeys: list[tuple[float, float]]) -> None:
    clock = Clock()
    radio = Radio(Limits(clock), clock)
    radio.run([(chat, False, *journey) for chat, journey in enumerate(journeys, 1)])
    assert busiest([at for at, _, _ in radio.seen], 1.0) <= 30


def test_on_a_quick_line_95_percent_of_the_allowance_is_used() -> None:
    clock = Clock()
    radio = Radio(Limits(clock), clock)
    radio.run([(chat, False, 0.005, 0.005) for chat in range(1, 901)])
    seen = [at for at, _, _ in radio.seen]
    assert (len(seen) - 30) / (max(seen) - min(seen)) >= 0.95 * 30


def test_edits_leave_room_for_messages() -> None:
    clock = Clock()
    limits = Limits(clock)
    radio = Radio(limits, clock)
    for _ in range(15):
        radio.pass_time(limits.when(-100, edit=True))
        radio.send(-100, True, 0.001, 0.001)
        radio.pass_time(0.01)
    assert limits.when(-100, edit=True) > 30
    assert limits.when(-100) <= 1.1
    for chat in range(1, 25):
        radio.send(chat, True, 0.1, 0.1)
    assert limits.when(900, edit=True) > 0
    assert limits.when(900) == 0


def test_one_refused_chat_waits_alone_two_at_once_halt_everything() -> None:
    clock = Clock()
    limits = Limits(clock)
    limits.halt(1, 5)
    assert limits.when(1) >= 5
    assert limits.when(2) == 0
    clock.now += 0.5
    limits.halt(2, 3)
    assert 3 <= limits.when(3) < 4


def test_an_album_takes_the_room_of_its_pictures() -> None:
    clock = Clock()
    limits = Limits(clock)
    limits.began(-100, 10)
    limits.took(-100, 10)
    assert limits.when(-100) >= 10
    clock.now += 11
    assert limits.when(-100, count=10) == 0
    assert limits.when(-100, count=11) > 40


def test_a_letter_that_was_not_sent_costs_nothing() -> None:
    limits = Limits(Clock())
    limits.began(7)
    limits.dropped(7)
    assert limits.when(7) == 0


def test_chats_long_quiet_are_forgotten() -> None:
    clock = Clock()
    limits = Limits(clock)
    for chat in range(20_000):
        limits.began(chat)
        limits.took(chat)
        clock.now += 0.1
    assert len(limits._chats) < 5_000
