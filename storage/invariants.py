"""What must be true of every store: looked at by the doctor, after a backup, and by the torture tests."""

from __future__ import annotations

from typing import Final

from domain.states import FINISHED, State, meaning
from storage.store import Tx

MOST: Final = 100
CHECKS: Final = (
    "without_beginning",
    "astray",
    "strange_events",
    "strange_messages",
    "strange_letters",
    "unjoined",
)


async def violations(tx: Tx) -> dict[str, int]:
    """How many rows break which rule (at most a hundred are counted); empty when all is well."""
    found = {}
    for name in CHECKS:
        if rows := await tx.all(f"invariants.{name}", most=MOST):
            found[name] = len(rows)
    return found | await _of_states(tx)


async def _of_states(tx: Tx) -> dict[str, int]:
    """Clocks stand still where the state says so, and nowhere else; what is finished has a result."""
    found: dict[str, int] = {}
    for row in await tx.all("invariants.by_state"):
        state, tickets = State(row["state"]), row["tickets"]
        still = meaning(state).is_open and not meaning(state).clock_runs
        wrong = {
            "clock": row["paused"] if not still else tickets - row["paused"],
            "review": row["in_review"] if state is not State.REVIEW else 0,
            "result": row["without_result"] if state in FINISHED else 0,
        }
        for name, count in wrong.items():
            if count:
                found[name] = found.get(name, 0) + count
    return found
