"""The office's clock: looks every few seconds what is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from desk.office import Office
from desk.setup import holiday_notice
from domain.errors import StoreUnavailable
from jobs import (
    area_summaries,
    bulletins,
    housekeeping,
    ladder,
    meetings,
    mornings,
    notices,
    rankings,
    rechecks,
    reviews,
    spot_checks,
    stale,
    summaries,
)

log = logging.getLogger(__name__)

TICK = 5.0
TIDY_EVERY = 3600.0
"""Seconds."""


JOBS = (
    summaries.push_due,
    mornings.push_due,
    bulletins.push_due,
    area_summaries.push_due,
    reviews.settle_silent,
    rechecks.push_due,
    spot_checks.push_due,
    meetings.push_due,
    rankings.push_due,
    notices.push_due,
    ladder.climb,
    stale.push_due,
    holiday_notice.apply_pending,
)


async def run(office: Office, wake: Callable[[], None], tick: float = TICK) -> None:
    """Do what is due, for ever; `wake` is called when messages were promised."""
    since_tidy = TIDY_EVERY
    while True:
        told = 0
        for job in JOBS:
            told += await _guarded(job, office)
        if told:
            wake()
        since_tidy += tick
        if since_tidy >= TIDY_EVERY:
            since_tidy = 0.0
            await _guarded(_tidy, office)
        await asyncio.sleep(tick)


async def _tidy(office: Office) -> int:
    await housekeeping.tidy(office)
    await office.read_days()  # another process may have entered a notice
    return 0


async def _guarded(job: Callable[[Office], Awaitable[int]], office: Office) -> int:
    try:
        return await job(office)
    except StoreUnavailable as error:
        log.warning("clock: %s waits for the store: %s", getattr(job, "__name__", "job"), error)
        return 0
