"""Reads a list of organisations (xlsx, CSV or pasted: 名称, 类型, 上级) and enters it as a tree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desk.incoming import Incoming
from desk.office import Office
from desk.setup.importing import csv_rows, decoded, xlsx_rows
from desk.setup.setting_up import new_code
from desk.setup.setup_pages import fresh
from desk.speech import tell
from domain.errors import ImportProblem, Refused
from domain.levels import Kind, may_stand_below
from nlp.normalise import simplify, tidy
from storage import communities, organisations, questions
from storage.store import Tx

MOST_ROWS = 3000
LONGEST_NAME = 30
HEADERS = {
    "name": ("名称", "单位", "单位名称", "名字"),
    "kind": ("类型", "类别", "级别", "层级"),
    "parent": ("上级", "上级单位", "所属", "主管"),
}
KIND_WORDS = {
    Kind.CITY: ("市", "市级", "全市"),
    Kind.DISTRICT: ("区", "县", "区县", "区级", "县级"),
    Kind.SUBDISTRICT: ("街道", "镇", "乡", "街道办事处", "街镇", "乡镇"),
    Kind.COMMUNITY: ("社区", "居委会", "村"),
    Kind.PARTNER: ("共建单位", "共建", "驻区单位"),
    Kind.DEPARTMENT: ("职能部门", "部门", "责任部门", "委办局"),
    Kind.COUNCIL: ("共建委", "共建委员会", "议事会"),
}
KIND_OF = {word: kind for kind, words in KIND_WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation of a sheet."""

    name: str
    kind: Kind
    parent: str = ""


def read_file(name: str, content: bytes) -> tuple[Line, ...]:
    """The organisations of an xlsx or CSV file. Raises `ImportProblem` that names every bad row."""
    form = name.lower().rpartition(".")[2]
    if form == "xlsx":
        return read_rows(xlsx_rows(content))
    if form in ("csv", "tsv", "txt"):
        return read_rows(csv_rows(decoded(content)))
    raise ImportProblem(((0, "", "file_kind", name[:40]),))


def read_text(text: str) -> tuple[Line, ...]:
    """The organisations of a pasted list."""
    return read_rows(csv_rows(re.sub(r"[，、；]", ",", text)))


def read_rows(rows: Iterable[tuple[int, Sequence[object]]]) -> tuple[Line, ...]:
    """Check every row below the header; all that is wrong is named at once."""
    columns: dict[str, int] = {}
    lines: list[Line] = []
    problems: list[tuple[int, str, str, str]] = []
    seen: set[tuple[str, str]] = set()
    for at, cells in rows:
        said = [re.sub(r"\s+", "", simplify(tidy("" if cell is None else str(cell)))) for cell in cells]
        if not columns:
            columns = _header(said)
            continue
        if not any(said):
            continue
        line = _line(said, columns)
        if isinstance(line, str):
            problems.append((at, "", line, "，".join(filter(None, said))[:40]))
        elif (line.name, line.parent) in seen:
            problems.append((at, "", "twice", line.name))
        else:
            seen.add((line.name, line.parent))
            lines.append(line)
        if len(lines) > MOST_ROWS:
            raise ImportProblem(((0, "", "too_many", ""),))
    if not columns:
        raise ImportProblem(((0, "", "no_header", ""),))
    if problems:
        raise ImportProblem(tuple(problems[:50]))
    return tuple(lines)


def _header(said: Sequence[str]) -> dict[str, int]:
    found = {
        column: said.index(word)
        for column, known in HEADERS.items()
        if (word := next((w for w in known if w in said), ""))
    }
    return found if {"name", "kind"} <= set(found) else {}


def _line(said: Sequence[str], columns: dict[str, int]) -> Line | str:
    """The organisation of a row, or what is wrong with it."""

    def cell(column: str) -> str:
        index = columns.get(column, len(said))
        return said[index] if index < len(said) else ""

    name, kind = cell("name"), KIND_OF.get(cell("kind"))
    if kind is None:
        return "bad_kind"
    if not 2 <= len(name) <= LONGEST_NAME or not re.search(r"[^\W\d_]", name):
        return "bad_name"
    return Line(name, kind, cell("parent"))


async def check(
    office: Office, message: Incoming, community_id: int, found: tuple[Line, ...] | ImportProblem
) -> None:
    """Show what was read and ask whether it is right; a bad sheet is refused with every reason."""

    async def change(tx: Tx) -> None:
        if message.user_id not in office.admins:
            raise Refused("not_admin")
        problems = [(r[0], r[2], r[3]) for r in found.rows] if isinstance(found, ImportProblem) else []
        if not isinstance(found, ImportProblem):
            problems = await _parents_wrong(tx, found)
        if problems or isinstance(found, ImportProblem):
            await tell(tx, office, message.chat_id, "units_bad_sheet", message.key, problems=problems)
            return
        await questions.ask(
            tx,
            message.chat_id,
            message.user_id,
            "units_list",
            office.now_ms(),
            community=community_id,
            rows=[(line.name, line.kind.value, line.parent) for line in found],
        )
        counts = Counter(line.kind.value for line in found)
        await tell(
            tx,
            office,
            message.chat_id,
            "units_check_sheet",
            message.key,
            community=community_id,
            counts=[(kind.value, counts[kind.value]) for kind in Kind if counts[kind.value]],
            total=len(found),
        )

    await office.write(change)


async def ask_sheet(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """Say what the sheet has to look like; the next file or text is it."""

    async def change(tx: Tx) -> None:
        if user_id not in office.admins:
            raise Refused("not_admin")
        await questions.ask(
            tx, chat_id, user_id, "units_list", office.now_ms(), community=community_id, rows=[]
        )
        await tell(tx, office, chat_id, "units_ask_sheet", fresh(), community=community_id)

    await office.write(change)


async def import_waiting(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The administrator has said that the list is right: enter what is not there yet."""

    async def change(tx: Tx) -> None:
        if user_id not in office.admins:
            raise Refused("not_admin")
        asked = await questions.open_to(tx, chat_id, user_id)
        rows = asked.data["rows"] if asked and asked.kind == "units_list" else []
        if not rows:
            raise Refused("units_nothing_waits")
        await questions.answered(tx, chat_id, user_id)
        lines = [Line(name, Kind(kind), parent) for name, kind, parent in rows]
        new = await enter_all(tx, office, lines, user_id)
        await tell(
            tx,
            office,
            chat_id,
            "units_imported",
            fresh(),
            community=community_id,
            total=len(lines),
            fresh=new,
        )

    await office.write(change)


async def enter_all(tx: Tx, office: Office, lines: Sequence[Line], by: int) -> int:
    """Enter the lines, parents first; how many were new. Communities are founded with their node."""
    ids: dict[str, int] = {}
    new = 0
    for line in sorted(lines, key=lambda line: list(Kind).index(line.kind)):
        parent = ids.get(line.parent) or await _known(tx, line.parent)
        known = await _there(tx, line, parent)
        if known is None:
            community_id = (
                await _community(tx, office, line.name, by) if line.kind is Kind.COMMUNITY else None
            )
            known = await organisations.found(
                tx,
                line.kind,
                line.name,
                new_code(),
                office.now_ms(),
                parent_id=parent,
                community_id=community_id,
                created_by=by,
            )
            new += 1
        elif parent:
            await organisations.set_parent(tx, known, parent)
        ids.setdefault(line.name, known)
    return new


async def _there(tx: Tx, line: Line, parent: int | None) -> int | None:
    """The organisation, when it is entered already."""
    if line.kind is Kind.COMMUNITY:
        community = await communities.by_name(tx, line.name)
        node = await organisations.of_community(tx, community.id) if community else None
        return node.id if node else None
    same = await organisations.named(tx, line.kind, line.name, parent)
    return same.id if same else None


async def _community(tx: Tx, office: Office, name: str, by: int) -> int:
    """The tenant of that name, founded when there is none."""
    community = await communities.by_name(tx, name)
    if community:
        return community.id
    return await communities.found(
        tx, name, new_code(), office.now_ms(), created_by=by, served_by=office.counter.alone
    )


async def _known(tx: Tx, name: str) -> int | None:
    found = await organisations.called(tx, name) if name else []
    return found[0].id if found else None


async def _parents_wrong(tx: Tx, lines: Sequence[Line]) -> list[tuple[int, str, str]]:
    kinds = {line.name: line.kind for line in lines}
    problems = []
    for number, line in enumerate(lines, start=2):
        if not line.parent:
            continue
        stored = await organisations.called(tx, line.parent)
        kind = kinds.get(line.parent) or (stored[0].kind if stored else None)
        if kind is None:
            problems.append((number, "no_parent", line.parent))
        elif not may_stand_below(line.kind, kind):
            problems.append((number, "wrong_parent", f"{line.name} / {line.parent}"))
    return problems
