"""/export: the register of a month, made into a sheet and sent to the private chat of whoever may have it."""

from __future__ import annotations

import base64
import io
import logging
import re
from calendar import monthrange
from datetime import date, timedelta

from desk.hand import Hand
from desk.office import Office
from desk.speech import tell
from desk.staff.listing import say_back
from domain.errors import Refused
from domain.roles import LEADS
from reports.export import Form, Wish, count, export
from storage import communities
from storage.communities import Community
from storage.periods import Span, period_of
from storage.store import Tx
from texts import export as words

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
BIGGEST = 20  # MB. Telegram takes 50; the file waits in the outbox, and a month of 100,000 tickets is none
LONG = 1000  # tickets: more take a second or more, so that a word is said before
_MONTH = re.compile(r"(?:(\d{4})[-年./]?)?(\d{1,2})月?")


async def send_export(office: Office, hand: Hand) -> None:
    """/export 本月 | 上月 | 2026-11 [全部]. For leads and administrators; 全部 only when asked in private."""
    community = await _may(office, hand)
    asked = hand.text.split()
    full = any(word in words.WITH_ALL for word in asked)
    span = months(
        " ".join(word for word in asked if word not in words.WITH_ALL),
        office.now().astimezone(office.zone).date(),
    )
    if span is None:
        await say_back(office, hand, "export_how")
        return
    if full and hand.chat_id < 0:
        await say_back(office, hand, "export_full_only_private")
        return
    await _export(office, hand, Wish(community, *span, Form.XLSX, full))


async def send_period(office: Office, hand: Hand, code: str) -> None:
    """[📒 导出] under a bulletin: the register of its week or month, masked."""
    community = await _may(office, hand)
    span, _, day = code.partition(":")
    try:
        asked = period_of(Span(span), date.fromisoformat(day))
    except ValueError as error:  # no such span, no such day
        raise Refused("gone") from error
    today = office.now().astimezone(office.zone).date()
    await _export(office, hand, Wish(community, asked.first, max(asked.first, min(asked.last, today))))


async def _export(office: Office, hand: Hand, wish: Wish) -> None:
    since, until = wish.since.isoformat(), wish.until.isoformat()
    total = await count(office.store, wish, office.zone)
    if not total:
        await say_back(office, hand, "export_empty", since=since, until=until)
        return
    if total > LONG:
        await say_back(office, hand, "export_preparing", settled=True, count=total)
    target = io.BytesIO()
    total = await export(
        office.store, wish, target, now=office.now(), zone=office.zone, catalogue=office.catalogue
    )
    if target.tell() > BIGGEST * MEGABYTE:
        size = target.tell() // MEGABYTE
        await say_back(office, hand, "export_too_big", megabytes=size, most=BIGGEST)
        return
    log.info(
        "community %d: %d tickets exported by %d, full: %s", wish.community.id, total, hand.user_id, wish.full
    )
    await _send(office, hand, wish, total, target.getvalue())


async def _send(office: Office, hand: Hand, wish: Wish, total: int, content: bytes) -> None:
    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.user_id,
            "export_ready",
            hand.key,
            community_id=hand.community_id,
            upload=f"file:{wish.file_name}:{base64.b64encode(content).decode()}",
            community=wish.community.name,
            since=wish.since.isoformat(),
            until=wish.until.isoformat(),
            count=total,
            full=wish.full,
        )
        if hand.chat_id != hand.user_id:
            await tell(
                tx,
                office,
                hand.chat_id,
                "export_in_private",
                hand.key,
                community_id=hand.community_id,
                reply_to=hand.message_id or None,
            )

    await office.write(change)


def months(asked: str, now: date) -> tuple[date, date] | None:
    """First and last day of the month that these words name, up to today; None when they name none."""
    first = now.replace(day=1)
    if asked in words.THIS_MONTH:
        return _month(now.year, now.month, now)
    if asked in words.LAST_MONTH:
        before = first - timedelta(days=1)
        return _month(before.year, before.month, now)
    found = _MONTH.fullmatch(asked)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    month = int(found[2])
    year = int(found[1]) if found[1] else now.year - (month > now.month)
    return _month(year, month, now) if 2000 <= year <= now.year + 1 else None


def _month(year: int, month: int, now: date) -> tuple[date, date]:
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    today = date(now.year, now.month, now.day)
    return first, max(first, min(last, today))


async def _may(office: Office, hand: Hand) -> Community:
    async def look(tx: Tx) -> Community:
        role = await office.role_of(tx, hand.community_id, hand.user_id)
        community = await communities.by_id(tx, hand.community_id)
        if role not in LEADS:
            raise Refused("not_your_role")
        if community is None:
            raise Refused("no_community")
        return community

    return await office.store.read(look, community=hand.community_id)
