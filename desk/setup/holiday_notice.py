"""放假安排: entering a holiday notice, reckoning the open promises anew, apologising for those that moved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from desk.hand import Hand, role_at, tell_resident
from desk.moves import remember
from desk.office import Office
from desk.reckoning import reckon
from desk.setup.setup_pages import fresh, manager
from desk.speech import desk_chats, show, tell
from desk.workcalendar import COUNTRIES, estimated_years, with_notice
from domain.errors import Refused
from domain.notices import read_notice
from domain.roles import LEADS, Role
from domain.workdays import WorkCalendar
from storage import calendar_days, communities, questions, tickets
from storage.store import Tx
from storage.tickets import Ticket
from texts.when import moment

ASKED = "days_notice"
PENDING = "holiday_notice"
"""The setting that holds a notice until all communities have been reckoned."""
MOST_COUNTED = 20
"""Communities for which the preview counts; a whole city would keep the administrator waiting."""
MOST_OPEN = 2000
MOST_SHOWN = 30
ODD = 3
"""Years around today in which a day may lie: anything else is a slip of the pen."""


async def show_page(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """Which country's days the community follows, which years are covered, and how to enter a notice."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, user_id)
        await _tell_page(tx, office, chat_id, user_id, community_id)

    await office.write(change)


async def ask(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """Ask for the notice; the next text or file is it."""

    async def change(tx: Tx) -> None:
        _administrator(office, user_id)
        now = office.now_ms()
        await questions.ask(tx, chat_id, user_id, ASKED, now, community=community_id, days={})
        await tell(tx, office, chat_id, "days_ask", fresh(), community=community_id)

    await office.write(change)


async def check(office: Office, chat_id: int, user_id: int, text: str, key: str) -> None:
    """Show what was read of the notice and how many promises it moves, and ask whether it is right."""
    days = read_notice(text).days
    this_year = office.now().astimezone(office.zone).year
    odd = next((day for day in days if abs(day.year - this_year) > ODD), None)
    if odd is not None:
        raise Refused("days_no_date", day=odd.isoformat())
    asked = await office.store.read(lambda tx: questions.open_to(tx, chat_id, user_id))
    if asked is None or asked.kind != ASKED:
        raise Refused("gone")
    community_id = int(asked.data["community"])
    country = _country(office, community_id)
    moved = await _count(office, country, days)

    async def change(tx: Tx) -> None:
        _administrator(office, user_id)
        plain = {day.isoformat(): works for day, works in days.items()}
        await questions.ask(
            tx, chat_id, user_id, ASKED, office.now_ms(), community=community_id, country=country, days=plain
        )
        await tell(
            tx,
            office,
            chat_id,
            "days_check",
            key,
            community=community_id,
            free=_spans([day for day, works in sorted(days.items()) if not works]),
            worked=_spans([day for day, works in sorted(days.items()) if works]),
            moved=moved,
        )

    await office.write(change)


async def enter(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The administrator says that it is right: the days are stored, every open promise is reckoned anew."""

    async def change(tx: Tx) -> None:
        _administrator(office, user_id)
        asked = await questions.open_to(tx, chat_id, user_id)
        if asked is None or asked.kind != ASKED or not asked.data["days"]:
            raise Refused("gone")
        if await _pending(tx) is not None:
            raise Refused("days_busy")
        await questions.answered(tx, chat_id, user_id)
        country, now = str(asked.data["country"]), office.now_ms()
        days = {date.fromisoformat(day): bool(works) for day, works in asked.data["days"].items()}
        known = (await calendar_days.everything(tx))[0].get(country, {})
        await calendar_days.enter(tx, country, days, user_id, now)
        before = {day.isoformat(): works for day, works in known.items()}
        waiting = {"at": now, "by": user_id, "country": country, "days": asked.data["days"], "before": before}
        await tx.do("small.set_setting", name=PENDING, value=json.dumps(waiting))
        await tell(tx, office, chat_id, "days_entered", fresh(), days=len(days), community=community_id)

    await office.write(change)
    await office.read_days()
    await apply_pending(office)


async def apply_pending(office: Office) -> int:
    """Reckon the promises after a notice, each community in its own transaction; how many were told.

    A process that dies in between leaves the rest to the clock of the next one.
    """
    waiting = await office.store.read(_pending)
    if waiting is None:
        return 0
    await office.read_days()
    job, days = f"days:{waiting['at']}", _days(waiting["days"])
    before = with_notice(office.law_of(waiting["country"]), _days(waiting["before"]))

    async def look(tx: Tx) -> list[int]:
        return [row["id"] for row in await tx.all("levels.not_reckoned", job=job)]

    told = 0
    for community_id in await office.store.read(look):

        async def change(tx: Tx, community_id: int = community_id) -> int:
            now = office.now_ms()
            first = await tx.do(
                "small.first_time", job=job, community_id=community_id, local_date="", now=now
            )
            if not first or _country(office, community_id) != waiting["country"]:
                return 0
            return await _apply(tx, office, community_id, before, with_notice(before, days), waiting["by"])

        told += await office.store.write(change)

    async def done(tx: Tx) -> None:
        await tx.do("small.set_setting", name=PENDING, value="")

    await office.store.write(done)
    return told


async def _pending(tx: Tx) -> dict[str, Any] | None:
    """The notice after which promises are still to be reckoned."""
    row = await tx.one("small.setting", name=PENDING)
    found: dict[str, Any] | None = json.loads(row["value"]) if row and row["value"] else None
    return found


def _days(plain: Mapping[str, bool]) -> dict[date, bool]:
    return {date.fromisoformat(day): bool(works) for day, works in plain.items()}


async def _count(office: Office, country: str, days: Mapping[date, bool]) -> int:
    """How many open promises would move; -1 when there are too many communities to count here."""
    served = await office.store.read(communities.everyone)
    concerned = [c for c in served if _country(office, c.id) == country]
    if len(concerned) > MOST_COUNTED:
        return -1
    total = 0
    for community in concerned:
        calendar = office.calendar_of(community.id)

        async def look(tx: Tx, number: int = community.id, before: WorkCalendar = calendar) -> int:
            return len(await _moved(tx, office, number, before, with_notice(before, days)))

        total += await office.store.read(look)
    return total


async def choose_country(office: Office, chat_id: int, user_id: int, community_id: int, country: str) -> None:
    """The community follows this country's days from now on; new promises are reckoned by them."""

    async def change(tx: Tx) -> None:
        _administrator(office, user_id)
        await manager(tx, office, community_id, user_id)
        if country not in COUNTRIES:
            raise Refused("gone")
        await calendar_days.choose(tx, community_id, "" if country == office.country else country)

    await office.write(change)
    await office.read_days()

    async def say(tx: Tx) -> None:
        await _tell_page(tx, office, chat_id, user_id, community_id)

    await office.store.write(say)


async def apologise(office: Office, hand: Hand) -> str:
    """One press of a lead: every resident whose promise became later reads why, and until when."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in LEADS:
            raise Refused("not_your_role")
        waiting = await tx.all("levels.untold_changes", community_id=hand.community_id, most=MOST_OPEN)
        told = 0
        for row in waiting:
            await tx.do("levels.change_told", id=row["id"], now=office.now_ms())
            ticket = await tickets.of_community(tx, hand.community_id, row["ticket_id"])
            if ticket is None or ticket.erased or not ticket.means.is_open or row["after"] <= row["before"]:
                continue
            told += 1
            await tell_resident(
                tx,
                office,
                ticket,
                "days_apology",
                f"{row['id']}",
                number=ticket.number,
                before=moment(office.local(row["before"])),
                promise=moment(office.local(ticket.answer_due)),
            )
        if not told:
            raise Refused("days_told")
        return f"已告诉 {told} 位居民"

    return await office.write(change)


async def _apply(
    tx: Tx, office: Office, community_id: int, before: WorkCalendar, after: WorkCalendar, by: int
) -> int:
    """Write down every promise that moves, and tell the community's staff with the apology ready."""
    rows, later, unclear = [], 0, []
    now = office.now_ms()
    for ticket, changed in await _moved(tx, office, community_id, before, after):
        if changed is None:
            unclear.append(ticket.number)
            continue
        saved = await remember(
            tx,
            office,
            ticket,
            changed,
            "calendar",
            Role.ADMINISTRATOR,
            by,
            before=ticket.answer_due,
            after=changed.answer_due,
        )
        await show(tx, office, saved)
        if saved.answer_due == ticket.answer_due:
            continue
        await tx.do(
            "levels.promise_moved",
            community_id=community_id,
            ticket_id=saved.id,
            notice=now,
            before=ticket.answer_due,
            after=saved.answer_due,
        )
        later += saved.answer_due > ticket.answer_due
        rows.append(
            (saved.number, moment(office.local(ticket.answer_due)), moment(office.local(saved.answer_due)))
        )
    if not rows and not unclear:
        return 0
    for chat_id in await desk_chats(tx, office, community_id):
        await tell(
            tx,
            office,
            chat_id,
            "days_moved",
            f"{community_id}:{now}",
            community_id=community_id,
            rows=rows[:MOST_SHOWN],
            total=len(rows),
            later=later,
            unclear=unclear[:MOST_SHOWN],
        )
    return 1


async def _moved(
    tx: Tx, office: Office, community_id: int, before: WorkCalendar, after: WorkCalendar
) -> list[tuple[Ticket, Ticket | None]]:
    """(ticket, as it would be) for every open promise that the new days move; None: a person has to look."""
    found: list[tuple[Ticket, Ticket | None]] = []
    for ticket in await tickets.open_of_community(tx, community_id, most=MOST_OPEN):
        if ticket.erased or ticket.answered_at is not None:
            continue
        reckoned = await reckon(tx, office, ticket, before, after)
        if reckoned is None:
            found.append((ticket, None))
        elif (reckoned.accept_due, reckoned.answer_due) != (ticket.accept_due, ticket.answer_due):
            changed = replace(ticket, accept_due=reckoned.accept_due, answer_due=reckoned.answer_due)
            found.append((ticket, changed))
    return found


async def _tell_page(tx: Tx, office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    community = await communities.by_id(tx, community_id)
    today = office.now().astimezone(office.zone).date()
    said: dict[str, Any] = {"community": community_id, "called": community.name if community else ""}
    await tell(
        tx,
        office,
        chat_id,
        "days_page",
        fresh(),
        community_id=community_id,
        country=_country(office, community_id),
        estimated=list(estimated_years(office.calendar_of(community_id), today)),
        admin=user_id in office.admins,
        **said,
    )


def _country(office: Office, community_id: int) -> str:
    return office.days.country_of.get(community_id, office.country)


def _administrator(office: Office, user_id: int) -> None:
    if user_id not in office.admins:
        raise Refused("not_admin")


def _spans(days: list[date]) -> list[str]:
    """Days in words, neighbours joined: 2月6日–12日."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [_span(run[0], run[-1]) for run in runs]


def _span(first: date, last: date) -> str:
    begin = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begin
    return f"{begin}–{last.day}日" if first.month == last.month else f"{begin}–{last.month}月{last.day}日"
