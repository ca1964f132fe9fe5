"""How the counter is: does the store serve, when did Telegram last answer, how long does the oldest wait."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.errors import StoreUnavailable
from storage.store import Row, Store, Tx
from transport import patience
from transport.clock import Now
from transport.deliver import Deliverer
from transport.dispatch import Dispatcher
from transport.poll import Poll

SILENCE: Final = 120.0  # seconds without a good poll, or with an update waiting, that are worth an alarm
LATE_SENDING: Final = 900.0  # Telegram's limits alone can hold back a busy group for some minutes
STUCK: Final = 600.0  # seconds without any step, good or bad, after which only a restart helps


@dataclass(frozen=True, slots=True)
class Condition:
    """One look. Ages in seconds; None where there is nothing to measure."""

    store: bool = True
    poll_age: float | None = None
    inbox_waiting: int = 0
    inbox_oldest: float = 0.0
    outbox_waiting: int = 0
    outbox_oldest: float = 0.0
    loop_lag: float = 0.0
    stuck: str = ""  # which part takes no step any more
    counts: Mapping[str, int] = field(default_factory=dict)
    bots: Mapping[str, float] = field(default_factory=dict)  # age of the last good poll, with several bots

    @property
    def problems(self) -> list[str]:
        """What is worth an alarm now, in a few words for the operator's log."""
        found = []
        if not self.store:
            found.append("the store does not serve")
        if self.poll_age is not None and self.poll_age > SILENCE:
            late = ", ".join(name or "the first bot" for name, age in self.bots.items() if age > SILENCE)
            whose = f" ({late})" if late else ""
            found.append(
                f"no good poll for {self.poll_age:.0f} s{whose}: residents' messages wait at Telegram"
            )
        if self.inbox_oldest > SILENCE:
            found.append(f"{self.inbox_waiting} updates wait, the oldest for {self.inbox_oldest:.0f} s")
        if self.outbox_oldest > LATE_SENDING:
            found.append(f"{self.outbox_waiting} messages wait, the oldest for {self.outbox_oldest:.0f} s")
        if self.stuck:
            found.append(f"the {self.stuck} takes no step any more")
        return found


class Vitals:
    """Looks at the running parts and at the store."""

    def __init__(
        self,
        store: Store,
        poll: Poll | None,
        dispatcher: Dispatcher,
        deliverer: Deliverer,
        now: Now,
        *,
        others: Mapping[str, tuple[Poll | None, Deliverer]] | None = None,
    ) -> None:
        """`others` are the further bots, by the name that each has in the settings."""
        self._store = store
        self._dispatcher = dispatcher
        self._bots = {"": (poll, deliverer)} | dict(others or {})
        self._now = now
        self.loop_lag = 0.0

    async def look(self) -> Condition:
        now, clock = self._now(), time.monotonic()

        async def count(tx: Tx) -> tuple[Row | None, Row | None]:
            return await tx.one("vitals.inbox"), await tx.one("vitals.outbox", now=now)

        ages = {name: clock - poll.last_good for name, (poll, _) in self._bots.items() if poll is not None}
        poll_age = max(ages.values(), default=None)
        counts = Counter(self._dispatcher.tally)
        for _, deliverer in self._bots.values():
            counts += deliverer.tally
        try:
            inbox, outbox = await self._store.read(count)
            if patience.held_up(self._store):
                raise StoreUnavailable(self._store.where, "it takes no writes")
        except StoreUnavailable:
            return Condition(
                store=False, poll_age=poll_age, loop_lag=self.loop_lag, counts=counts, bots=_by_bot(ages)
            )
        return Condition(
            poll_age=poll_age,
            inbox_waiting=inbox["waiting"] if inbox else 0,
            inbox_oldest=_age(inbox, now),
            outbox_waiting=outbox["waiting"] if outbox else 0,
            outbox_oldest=_age(outbox, now),
            loop_lag=self.loop_lag,
            stuck=self._stuck(clock),
            counts=counts,
            bots=_by_bot(ages),
        )

    def _stuck(self, clock: float) -> str:
        """The part that has not even failed for long; while the store does not serve, waiting is right."""
        for name, (poll, _) in self._bots.items():
            if poll is not None and clock - poll.last_step > STUCK:
                return f"poll {name}".strip()
        if self._dispatcher.waiting and clock - self._dispatcher.last_step > STUCK:
            return "dispatcher"
        return ""


def _by_bot(ages: Mapping[str, float]) -> dict[str, float]:
    """Told apart only where there are several bots."""
    return {name: round(age, 3) for name, age in ages.items()} if len(ages) > 1 else {}


def _age(row: Row | None, now: int) -> float:
    return 0.0 if row is None or row["oldest"] is None else max(0.0, (now - row["oldest"]) / 1000)
