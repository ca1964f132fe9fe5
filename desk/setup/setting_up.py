"""Setting up a community: creating it, binding its group, entering its buildings, its telephone and hours."""

from __future__ import annotations

import re
import secrets
from typing import Any

from desk.incoming import Incoming
from desk.office import Office
from desk.setup.house_list import ImportSheet
from desk.setup.setup_pages import clock_words, close_setup, fresh, managed, manager, tell_page
from desk.speech import show, tell
from domain.errors import ImportProblem, Refused
from nlp.normalise import simplify, tidy
from storage import communities, questions, tickets
from storage.communities import Community
from storage.questions import Question
from storage.store import Tx

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that are mistaken for each other
MOST_OPEN = 500

_NAME = re.compile(
    r"(?:(?P<city>[^省]{2,8}?市))?(?:.{2,8}?(?:(?<![社小])区|县))?(?P<subdistrict>.{2,10}?(?:街道|镇|乡))?"
    r"(?P<name>(?!社区\Z).+)"
)
_GROUP_WORDS = re.compile(
    r"[（(].*[)）]|(?:居委会)?(?:全体|内部)?(?:工作人员|社工|工作|办公|值班|同事)?(?:交流)?(?:群组|小组|群)\Z"
)
"""What a group's name adds to the community's."""
_PHONE = re.compile(r"\+?\d[\d\- ]{5,18}\d(?:\s*[,、/;和或]\s*\+?\d[\d\- ]{5,18}\d)?")
_TIME = re.compile(r"(?P<hour>\d{1,2})\s*(?:[:.点时])\s*(?P<minute>\d{2}|半)?分?")


async def create_community(
    office: Office, admin_id: int, name: str, subdistrict: str = "", city: str = ""
) -> int:
    """Enter a new community (administrators only); its id. City and street may stand before the name."""

    async def change(tx: Tx) -> int:
        return await _found(tx, office, admin_id, name, subdistrict, city)

    return await office.write(change)


async def _found(
    tx: Tx, office: Office, admin_id: int, name: str, subdistrict: str = "", city: str = ""
) -> int:
    if admin_id not in office.admins:
        raise Refused("not_admin")
    found = _NAME.fullmatch(re.sub(r"[\s。，,]", "", simplify(tidy(name))))
    entered = said = found["name"] if found else ""
    if found is None or not _is_name(said):
        raise Refused("setup_bad_name")
    street = subdistrict or found["subdistrict"] or ""
    if await communities.by_name(tx, entered) and street and street not in entered:
        entered = f"{street}{said}"  # two streets may each have a 幸福社区
    if await communities.by_name(tx, entered):
        raise Refused("setup_name_taken", name=entered)
    community_id = await communities.found(
        tx,
        entered,
        new_code(),
        office.now_ms(),
        subdistrict=street,
        city=city or found["city"] or "",
        created_by=admin_id,
        served_by=office.counter.alone,
    )
    await close_setup(tx, admin_id, admin_id)
    await tell_page(tx, office, admin_id, admin_id, community_id, "created", entered)
    return community_id


def _is_name(said: str) -> bool:
    return 2 <= len(said) <= 30 and bool(re.search(r"[^\W\d_]", said))


async def bind_group(office: Office, community_id: int, chat_id: int, user_id: int) -> int:
    """Make the group the community's; open tickets appear in it. How many of them."""

    async def change(tx: Tx) -> int:
        community = await manager(tx, office, community_id, user_id)
        return await _bind(tx, office, community, chat_id, user_id)

    return await office.write(change)


async def _bind(
    tx: Tx, office: Office, community: Community, chat_id: int, user_id: int, title: str = ""
) -> int:
    if chat_id >= 0:
        raise Refused("not_a_group")
    taken = await communities.by_group(tx, chat_id)
    if taken:
        raise Refused("setup_bound_here" if taken.id == community.id else "group_taken", name=taken.name)
    old = community.group_chat_id
    await communities.bind(tx, community.id, chat_id)
    today = office.now().astimezone(office.zone).date().isoformat()
    now = office.now_ms()
    await tx.do("small.first_time", job="bound", community_id=community.id, local_date=today, now=now)
    waiting = await tickets.open_of_community(tx, community.id, most=MOST_OPEN)
    said: dict[str, Any] = {"community_id": community.id, "called": community.name}
    await tell(tx, office, chat_id, "setup_group_ready", fresh(), waiting=len(waiting), **said)
    if old:
        await tell(tx, office, old, "setup_group_moved", fresh(), **said)
    for ticket in waiting:
        await show(tx, office, ticket)
    await tell_page(tx, office, user_id, user_id, community.id, "bound", f"：{title}" if title else "")
    return len(waiting)


async def offer_group(office: Office, chat_id: int, user_id: int, code: str = "", title: str = "") -> None:
    """/setup in a group: bind the one community that is meant, or ask which.

    An administrator's very first group founds its community by the group's own name (幸福社区工作群).
    `code` is of the link by which the bot came into the group.
    """

    async def change(tx: Tx) -> None:
        if chat_id >= 0:
            raise Refused("not_a_group")
        found = await managed(tx, office, user_id)
        if not found and user_id not in office.admins:
            raise Refused("not_admin")
        here = await communities.by_group(tx, chat_id)
        if here:
            reason = "setup_bound_here" if here in found else "group_taken"
            raise Refused(reason, name=here.name)
        meant = [c for c in found if c.code == code] if code else []
        free = meant or [c for c in found if c.group_chat_id is None]
        if len(free) == 1 and free[0].group_chat_id is None:
            await _bind(tx, office, free[0], chat_id, user_id, title)
        elif found:
            choices = [(c.id, c.name, c.group_chat_id is not None) for c in (free or found)[:40]]
            await tell(tx, office, chat_id, "setup_choose", fresh(), communities=choices)
        elif (name := _GROUP_WORDS.sub("", tidy(title))) and "社区" in name and _is_name(name):
            community = await communities.by_id(tx, await _found(tx, office, user_id, name))
            assert community is not None  # noqa: S101 - founded in this very transaction
            await _bind(tx, office, community, chat_id, user_id, title)
        else:
            await tell(tx, office, chat_id, "setup_go_private", fresh(), bot=office.bot_name)

    await office.write(change)


async def check_buildings(
    office: Office, message: Incoming, community_id: int, read: ImportSheet | ImportProblem, *, table: bool
) -> None:
    """Show what was read of a list and ask whether it is right; a bad list is refused with every reason."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, message.user_id)
        said: dict[str, Any] = {"community_id": community_id, "community": community_id}
        if isinstance(read, ImportProblem):
            await tell(
                tx,
                office,
                message.chat_id,
                "setup_bad_list",
                message.key,
                problems=read.rows,
                table=table,
                **said,
            )
            return
        asked = await questions.open_to(tx, message.chat_id, message.user_id)
        sheet = waiting_sheet(asked, community_id).with_more(read)
        await questions.ask(
            tx,
            message.chat_id,
            message.user_id,
            "setup_import",
            office.now_ms(),
            community=community_id,
            rows=sheet.plain(),
        )
        summary = sheet.summary()
        await tell(
            tx,
            office,
            message.chat_id,
            "setup_check_buildings",
            message.key,
            estates=summary[:15],
            total=len(summary),
            buildings=sheet.buildings,
            **said,
        )

    await office.write(change)


def waiting_sheet(asked: Question | None, community_id: int) -> ImportSheet:
    """The list that was read and waits for its yes; empty when there is none."""
    if asked is None or asked.kind != "setup_import" or asked.data["community"] != community_id:
        return ImportSheet(())
    return ImportSheet.of_plain(asked.data["rows"])


async def import_buildings(office: Office, community_id: int, sheet: ImportSheet, by: int) -> int:
    """Enter estates and buildings; what is there already is completed. How many buildings the sheet had."""

    async def change(tx: Tx) -> int:
        await manager(tx, office, community_id, by)
        return await _import(tx, office, community_id, sheet, by)

    count = await office.write(change)
    office.places.stale = True
    return count


async def import_waiting(office: Office, chat_id: int, user_id: int, community_id: int) -> int:
    """The person has said that the list is right: enter it."""

    async def change(tx: Tx) -> int:
        await manager(tx, office, community_id, user_id)
        sheet = waiting_sheet(await questions.open_to(tx, chat_id, user_id), community_id)
        if not sheet.rows:
            raise Refused("setup_nothing_waits")
        await questions.answered(tx, chat_id, user_id)
        return await _import(tx, office, community_id, sheet, user_id)

    count = await office.write(change)
    office.places.stale = True
    return count


async def _import(tx: Tx, office: Office, community_id: int, sheet: ImportSheet, by: int) -> int:
    names: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    for estate in await communities.estates(tx, community_id):
        aliases[estate.name] = estate.aliases
        for written in (estate.name, _stem(estate.name), *estate.aliases):
            names.setdefault(written, estate.name)
    ids: dict[str, int] = {}
    for row in sheet.rows:
        name = names.get(row.estate) or names.get(_stem(row.estate)) or row.estate
        names.setdefault(_stem(name), name)
        known = aliases.get(name, ())
        also = tuple(dict.fromkeys((*known, *(a for a in row.aliases if a != name))))
        if name not in ids or also != known:
            ids[name] = await communities.add_estate(tx, community_id, name, also)
            aliases[name] = also
        if row.building:
            await communities.add_building(
                tx, community_id, ids[name], row.building, new_code(), row.units, row.floors
            )
    await tell_page(tx, office, by, by, community_id, "imported", str(sheet.buildings))
    return sheet.buildings


def _stem(name: str) -> str:
    """幸福里小区 and 幸福里 are one."""
    return name.removesuffix("小区")


async def set_field(office: Office, community_id: int, by: int, what: str, said: str) -> None:
    """Write down the telephone, the office hours or the time of the daily summary, as the person said it."""
    words = tidy(said).replace("\n", " ").replace("：", ":").strip()

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, by)
        if what == "phone":
            if not _PHONE.fullmatch(words):
                raise Refused("setup_bad_phone")
            await communities.set_phone(tx, community_id, words)
        elif what == "hours":
            if not 2 <= len(words) <= 40:
                raise Refused("setup_bad_hours")
            await communities.set_hours(tx, community_id, words)
        else:
            await communities.set_summary(tx, community_id, minute_of(words))
        await close_setup(tx, by, by)
        value = clock_words(minute_of(words)) if what == "summary" else words
        await tell_page(tx, office, by, by, community_id, "saved", value)

    await office.write(change)


def minute_of(said: str) -> int:
    """ "8:30", "8点半", "8点" as minutes after midnight. Raises `Refused`."""
    found = _TIME.fullmatch(said)
    if not found:
        raise Refused("setup_bad_time")
    minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
    if int(found["hour"]) > 23 or minute > 59:
        raise Refused("setup_bad_time")
    return int(found["hour"]) * 60 + minute


def new_code() -> str:
    """A code for a link: short, and not to be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))
