"""Finding tickets (/search): by words, place, number, name, state and date, on a page that is turned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from desk import views
from desk.hand import Hand, role_at
from desk.office import Office, to_ms
from desk.pages import new_page, shown, turn
from desk.speech import tell
from domain.errors import Refused
from domain.roles import READERS
from domain.states import OPEN, State
from storage import beside, people, tickets
from storage.store import Row, Tx
from storage.tickets import Ticket, of_row
from texts import names

ON_ONE_PAGE = 9
MOST = 400
"""Tickets that a search looks through beyond its words."""
LISTS = {"open": "在办", "mine": "我的在办", "overdue": "超期未答复"}
LATE = ("超期", "逾期")
OPEN_WORDS = ("在办", "未办结", "没办完")
STATE_WORDS = {words: code for code, words in names.STATES.items()} | {
    "办结": "closed",
    "退单": "returned",
    "并单": "merged",
    "撤回": "withdrawn",
    "作废": "void",
}
WEEKS = {"本周": 0, "这周": 0, "上周": 1}
DAYS = {"今天": 0, "昨天": 1, "前天": 2}
DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?")
NUMBER = re.compile(r"#?(\d{6}-\d{3,4})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for; what is empty does not matter."""

    words: tuple[str, ...] = ()
    number: str = ""
    states: frozenset[State] = frozenset()
    late: bool = False
    since: int = 0
    until: int = 0
    holder: int = 0  # user id
    name: str = ""  # of a resident
    said: tuple[str, ...] = field(default=())

    @property
    def narrows(self) -> bool:
        """Whether something besides words is asked for."""
        return bool(self.number or self.states or self.late or self.until or self.holder or self.name)


async def send_found(office: Office, hand: Hand, asked: str) -> None:
    """/search, /tickets, /mine, /overdue. `asked`: @open, @mine, @overdue, or words."""

    async def change(tx: Tx) -> None:
        await _reader(tx, office, hand)
        found = await look_up(tx, office, hand, asked)
        if not found and not asked.startswith("@"):
            await tell(
                tx,
                office,
                hand.chat_id,
                "nothing_found",
                hand.key,
                community_id=hand.community_id,
                reply_to=hand.message_id or None,
                asked=asked,
            )
            return
        await _tell(tx, office, hand, asked, found, new_page(), 0)

    await office.write(change)


async def turn_page(office: Office, hand: Hand, page: str, offset: int) -> None:
    """上一页, 下一页: the same question again, as it is answered now."""

    async def change(tx: Tx) -> None:
        await _reader(tx, office, hand)
        asked = await asked_on(tx, hand.chat_id, page)
        found = await look_up(tx, office, hand, asked)
        await _tell(tx, office, hand, asked, found, page, offset if offset < len(found) else 0)

    await office.write(change)


async def asked_on(tx: Tx, chat_id: int, page: str) -> str:
    """What the list on this page was asked for."""
    values = await shown(tx, chat_id, page)
    if "asked" not in values:
        raise Refused("gone")
    return str(values["asked"])


async def _reader(tx: Tx, office: Office, hand: Hand) -> None:
    if await role_at(tx, office, hand) not in READERS:
        raise Refused("not_your_role")


async def _tell(
    tx: Tx, office: Office, hand: Hand, asked: str, found: list[Ticket], page: str, start: int
) -> None:
    lines = [await views.line(tx, office, ticket) for ticket in found[start : start + ON_ONE_PAGE]]
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "found_list",
        community_id=hand.community_id,
        reply_to=hand.message_id or None,
        title=LISTS.get(asked[1:], "") or f"找到“{asked[:40]}”",
        lines=lines,
        total=len(found),
        offset=start,
        step=ON_ONE_PAGE,
        asked=asked,
    )


async def look_up(tx: Tx, office: Office, hand: Hand, asked: str) -> list[Ticket]:
    """All tickets that a list or a search means, those that matter most first."""
    if asked == "@mine":
        return await tickets.open_of_assignee(tx, hand.community_id, hand.user_id, most=MOST)
    if asked == "@overdue":
        return await tickets.overdue(tx, hand.community_id, office.now_ms(), most=MOST)
    if asked == "@open":
        return await tickets.open_of_community(tx, hand.community_id, most=MOST)
    wanted = await understand(tx, office, hand.community_id, asked)
    found = await _candidates(tx, hand.community_id, wanted)
    fitting = [ticket for ticket in found if _fits(ticket, wanted, office.now_ms())]
    if not fitting and wanted.narrows and wanted.words != wanted.said:
        # what looked like a name or a day may have been a word of the matter
        return await tickets.search(tx, hand.community_id, asked, most=MOST)
    return fitting


async def understand(tx: Tx, office: Office, community_id: int, asked: str) -> Wanted:
    """The search taken apart: states, days and names are recognised, the rest are words."""
    said = tuple(asked.split())
    today = office.now().astimezone(office.zone).date()
    team = {member.name: member.user_id for member in await people.team(tx, community_id)}
    wanted = Wanted(said=said)
    rest: list[str] = []
    for word in said:
        bare = word.lstrip("@")
        day = _days(bare, today)
        if number := NUMBER.fullmatch(word):
            wanted = replace(wanted, number=number[1])
        elif word in LATE:
            wanted = replace(wanted, late=True)
        elif word in OPEN_WORDS:
            wanted = replace(wanted, states=wanted.states | OPEN)
        elif word in STATE_WORDS:
            wanted = replace(wanted, states=wanted.states | {State(STATE_WORDS[word])})
        elif day:
            wanted = replace(wanted, since=_ms(office, day[0]), until=_ms(office, day[1]))
        elif bare in team:
            wanted = replace(wanted, holder=team[bare])
        elif word.startswith("居民") and len(word) > 2:
            wanted = replace(wanted, name=word[2:].lstrip(":："))
        else:
            rest.append(word)
    return replace(wanted, words=tuple(rest))


async def _candidates(tx: Tx, community_id: int, wanted: Wanted) -> list[Ticket]:
    if wanted.number:
        return await tickets.by_number(tx, community_id, wanted.number)
    if wanted.name:
        rows = await tx.all("hands.of_name", community_id=community_id, name=wanted.name, most=MOST)
        found = await _named(tx, rows)
        if not wanted.words:
            return found
        spoken = await tickets.search(tx, community_id, " ".join(wanted.words), most=MOST)
        ids = {ticket.id for ticket in found}
        return [ticket for ticket in spoken if ticket.id in ids]
    if wanted.words:
        return await _by_words(tx, community_id, wanted)
    rows = await tx.all(
        "hands.newest",
        community_id=community_id,
        since=wanted.since,
        until=wanted.until or 2**62,
        most=MOST,
    )
    return [of_row(row) for row in rows]


async def _by_words(tx: Tx, community_id: int, wanted: Wanted) -> list[Ticket]:
    """By their words; a lone word is also looked for among the residents' names."""
    found = await tickets.search(tx, community_id, " ".join(wanted.words), most=MOST)
    if len(wanted.words) == 1 and not found:
        rows = await tx.all("hands.of_name", community_id=community_id, name=wanted.words[0], most=MOST)
        return await _named(tx, rows)
    return found


async def _named(tx: Tx, rows: Sequence[Row]) -> list[Ticket]:
    """Tickets found by their resident's name: who is anonymous is not."""
    return [of_row(row) for row in rows if not await beside.is_hidden(tx, row["id"])]


def _fits(ticket: Ticket, wanted: Wanted, now: int) -> bool:
    return (
        (not wanted.states or ticket.state in wanted.states)
        and (not wanted.late or ticket.overdue(now))
        and (not wanted.holder or ticket.assignee_id == wanted.holder)
        and (not wanted.until or wanted.since <= ticket.created_at < wanted.until)
    )


def _days(word: str, today: date) -> tuple[date, date] | None:
    """(first day, day after the last) of a date in words."""
    if word in DAYS:
        day = today - timedelta(days=DAYS[word])
        return day, day + timedelta(days=1)
    if word in WEEKS:
        monday = today - timedelta(days=today.weekday() + 7 * WEEKS[word])
        return monday, monday + timedelta(days=7)
    if word in ("本月", "这个月"):
        return today.replace(day=1), today + timedelta(days=1)
    if word in ("上月", "上个月"):
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), today.replace(day=1)
    if said := DAY.fullmatch(word):
        try:
            day = date(int(said[1] or today.year), int(said[2]), int(said[3]))
        except ValueError:
            return None
        if not said[1] and day > today:  # 12月30日 said in January
            day = day.replace(year=day.year - 1)
        return day, day + timedelta(days=1)
    return None


def _ms(office: Office, day: date) -> int:
    return to_ms(datetime.combine(day, datetime.min.time(), tzinfo=office.zone))
