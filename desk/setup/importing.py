"""Reads lists of buildings (pasted lines, xlsx, CSV) and makes the template that staff fill in."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import segno

from desk.outgoing import Upload
from desk.setup.house_list import (
    LONGEST_NAME,
    MOST_FLOORS,
    MOST_UNITS,
    Gathering,
    House,
    HousesError,
    ImportRow,
    ImportSheet,
    are_houses,
    houses,
    plain_line,
    within,
)
from domain.errors import ImportProblem
from reports.harmless import harmless
from texts.importing import LINK_LIST_FILE, LINK_LIST_HEADERS, QR_FILE, TEMPLATE

if TYPE_CHECKING:
    from xlsxwriter import Workbook

BIGGEST_LIST = 2 * 1024 * 1024
MOST_ROWS = 5000
LONGEST_LINE = 2000
_MOST_UNPACKED = 40 * 1024 * 1024
_MOST_PARTS = 500
_LAST_ROW, _LAST_COLUMN = 100_000, 30
_HEADER_WITHIN = 10
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

ESTATE, BUILDING, UNITS, FLOORS, ALIASES = "estate", "building", "units", "floors", "aliases"
COLUMNS = (ESTATE, BUILDING, UNITS, FLOORS, ALIASES)
_HEADERS = {
    ESTATE: "小区 小区名 小区名称 小区名字 所属小区 院落 院落名称 楼院 苑区 住宅区 项目名称",
    BUILDING: "楼号 楼栋 楼栋号 楼栋名称 楼宇 楼幢 楼幢号 栋号 幢号 座号 楼座 楼 栋 幢 楼房号 楼名",
    UNITS: "单元数 单元 单元号 单元数量 单元个数 单元总数 门数 几个单元",
    FLOORS: "楼层数 楼层 层 层数 总层数 总楼层 地上层数 楼层总数 几层",
    ALIASES: "别名 俗称 又名 也叫 小名 曾用名 简称 其他名称 其它名称 别称",
}
_COLUMN_OF = {header: column for column, headers in _HEADERS.items() for header in headers.split()}
_PER_FLAT = {
    "单元",
    "单元号",
    "楼层",
    "层",
    "房号",
    "室号",
    "门牌号",
}  # a sheet with a row for each unit or flat
_NO_BUILDING = {"无", "没有", "不分楼", "无楼号", "/", "-"}
_ALSO_CALLED = re.compile(r"\((?:又名|别名|也叫|俗称|原名|简称|曾用名)[:\s]*([^()]*)\)")
_DATE_LIKE = re.compile(
    r"\d{1,2}月\d{1,2}日?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|[A-Z][a-z]{2}-\d{1,2}|\d{1,2}-[A-Z][a-z]{2}"
)

Cell = object
Table = Iterable[tuple[int, Sequence[Cell]]]


def parse_pasted(text: str, estate: str = "") -> ImportSheet:
    """Read pasted lines; a line without an estate belongs to the one named last (at first: `estate`).

    Raises `ImportProblem` that names every line that cannot be taken.
    """
    if len(text) > BIGGEST_LIST:
        raise ImportProblem(((0, "", "too_big", ""),))
    lines = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_ROWS:
        raise ImportProblem(((0, "", "too_many_rows", str(MOST_ROWS)),))
    if lines and _header(_cells(lines[0][1])):
        return _table([(at, _cells(line)) for at, line in lines])
    if lines and all("\t" in line for _, line in lines):
        return _table([(at, line.split("\t")) for at, line in lines], dict(enumerate(COLUMNS)))
    gathering = Gathering()
    heading = 0  # the line of an estate whose buildings have not come yet
    for at, line in lines:
        if gathering.full:
            break
        if len(line) > LONGEST_LINE:
            gathering.wrong(at, "", "line_too_long")
            continue
        named, aliases, rest = _split(plain_line(line))
        if named:
            if heading:
                gathering.wrong(heading, "", "no_building", estate)
            estate, heading = named, at
        if not rest:
            continue
        heading = 0
        if not estate:
            gathering.wrong(at, ESTATE, "no_estate", line)
        elif not _is_name(estate):
            gathering.wrong(at, ESTATE, "bad_estate", estate)
        else:
            _take(gathering, at, estate, rest, aliases=aliases)
    if heading:
        gathering.wrong(heading, "", "no_building", estate)
    return gathering.sheet()


def parse_file(name: str, content: bytes) -> ImportSheet:
    """Read an xlsx or CSV file. Raises `ImportProblem` that names rows and columns."""
    kind = name.lower().rpartition(".")[2]
    if len(content) > BIGGEST_LIST:
        raise ImportProblem(((0, "", "too_big", name),))
    if kind == "xlsx":
        return _table(list(xlsx_rows(content)))
    if kind in ("csv", "tsv", "txt"):
        text = decoded(content)
        rows = list(csv_rows(text))
        if kind == "txt" and not any(_header(cells) for _, cells in rows[:_HEADER_WITHIN]):
            return parse_pasted(text)
        return _table(rows)
    problem = "old_excel" if kind in ("xls", "et", "xlsm", "xlsb", "ods") else "file_kind"
    raise ImportProblem(((0, "", problem, name),))


def _split(line: str) -> tuple[str, tuple[str, ...], str]:
    """(estate, aliases, the words with its buildings) of a plain pasted line."""
    aliases: tuple[str, ...] = ()
    if also := _ALSO_CALLED.search(line):
        aliases = _aliases(also[1])
        line = f"{line[: also.start()]} {line[also.end() :]}".strip()
    head, colon, rest = line.partition(":")
    if colon and head.strip() and not are_houses(head.strip()):
        return head.replace(" ", ""), aliases, rest.strip()
    words: list[str] = []
    chunks = line.split()
    for at, chunk in enumerate(chunks):
        if are_houses(chunk) or (words and chunk in _NO_BUILDING):
            return "".join(words), aliases, " ".join(chunks[at:])
        start = next((p for p in range(2, min(len(chunk), LONGEST_NAME + 2)) if are_houses(chunk[p:])), None)
        if start is not None and not words:
            return chunk[:start].strip(",;."), aliases, " ".join((chunk[start:], *chunks[at + 1 :]))
        if words and re.search(r"\d", chunk):
            return "".join(words), aliases, " ".join(chunks[at:])  # the reading will name what is wrong
        words.append(chunk)
    return "".join(words).strip(",;."), aliases, ""


def _take(
    gathering: Gathering,
    at: int,
    estate: str,
    words: str,
    units: int | None = None,
    floors: int | None = None,
    aliases: tuple[str, ...] = (),
) -> None:
    """Enter the buildings that `words` name."""
    if words in _NO_BUILDING:
        gathering.add(at, ImportRow(estate, "", aliases=aliases))
        return
    try:
        found = houses(words)
    except HousesError as wrong:
        gathering.wrong(at, BUILDING, wrong.problem, wrong.value)
        return
    if not found:
        gathering.wrong(at, BUILDING, "no_building", words)
    for house in found:
        gathering.add(at, _row(estate, house, units, floors, aliases))


def _row(
    estate: str, house: House, units: int | None, floors: int | None, aliases: tuple[str, ...]
) -> ImportRow:
    return ImportRow(estate, house.name, units or house.units, floors or house.floors, aliases)


def _table(rows: Sequence[tuple[int, Sequence[Cell]]], columns: dict[int, str] | None = None) -> ImportSheet:
    """Read rows of cells below their header (or with the given columns)."""
    start = 0
    if columns is None:
        for index, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
            if columns := _header(cells):
                start = index + 1
                break
    if not columns:
        raise ImportProblem(((0, "", "no_header" if rows else "empty", ""),))
    filled = [(at, cells) for at, cells in rows[start:] if any(_text(cell) for cell in cells)]
    if len(filled) > MOST_ROWS:
        raise ImportProblem(((0, "", "too_many_rows", str(MOST_ROWS)),))
    titles = {_title(cell) for cell in rows[start - 1][1]} if start else set()
    gathering = Gathering(largest=bool(titles & _PER_FLAT))
    estate = ""
    for at, cells in filled:
        if gathering.full:
            break
        values = {column: cells[index] for index, column in columns.items() if index < len(cells)}
        named = plain_line(_text(values.get(ESTATE))).replace(" ", "")
        if named.startswith(TEMPLATE.example_mark):
            continue
        estate = named or estate  # an empty cell (merged ones give it) means: as above
        _take_cells(gathering, at, estate, values)
    return gathering.sheet()


def _take_cells(gathering: Gathering, at: int, estate: str, values: dict[str, Cell]) -> None:
    """Check every cell of a row, then enter it."""
    before = len(gathering.problems)
    if not estate:
        gathering.wrong(at, ESTATE, "no_estate")
    elif not _is_name(estate):
        gathering.wrong(at, ESTATE, "bad_estate", estate)
    house = _house_cell(gathering, at, values.get(BUILDING))
    units = _count_cell(gathering, at, UNITS, values.get(UNITS), MOST_UNITS)
    floors = _count_cell(gathering, at, FLOORS, values.get(FLOORS), MOST_FLOORS)
    aliases = _aliases(plain_line(_text(values.get(ALIASES))))
    if any(not _is_name(alias) for alias in aliases):
        gathering.wrong(at, ALIASES, "bad_alias", "、".join(aliases))
    if len(gathering.problems) == before:
        _take(gathering, at, estate, house, units, floors, aliases)


def _house_cell(gathering: Gathering, at: int, cell: Cell) -> str:
    said = _text(cell)
    if len(said) > LONGEST_LINE:
        gathering.wrong(at, BUILDING, "line_too_long")
        return ""
    if isinstance(cell, dt.date | dt.time) or _DATE_LIKE.fullmatch(said):
        gathering.wrong(at, BUILDING, "date_cell", said)
    elif said.startswith("#") and said.endswith(("!", "?", "A")) and len(said) > 3:
        gathering.wrong(at, BUILDING, "formula_error", said)
    elif not said:
        gathering.wrong(at, BUILDING, "no_building")
    return re.sub(r"(?<=\d)楼\Z", "号楼", plain_line(said))


def _count_cell(gathering: Gathering, at: int, column: str, cell: Cell, most: int) -> int | None:
    said = re.sub(r"个?单元|层楼?|[个门]", "", plain_line(_text(cell)))
    if not said:
        return None
    try:
        return within(said, most)
    except HousesError as wrong:
        gathering.wrong(at, column, wrong.problem, _text(cell))
        return None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return f"{cell.month}月{cell.day}日"
    return "" if cell is None else str(cell).strip()


def _aliases(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in re.split(r"[,;/|\s]+", words) if part))[:10]


def _is_name(name: str) -> bool:
    return 2 <= len(name) <= LONGEST_NAME and re.search(r"[^\W\d_]", name) is not None


def _header(cells: Sequence[Cell]) -> dict[int, str]:
    """Which column stands where; empty when this row is no header."""
    found: dict[int, str] = {}
    for index, cell in enumerate(cells):
        column = _COLUMN_OF.get(_title(cell))
        if column and column not in found.values():
            found[index] = column
    return found if {ESTATE, BUILDING} <= set(found.values()) else {}


def _title(cell: Cell) -> str:
    """A header without what stands in brackets or marks it as required."""
    words = plain_line(_text(cell))[:40]
    return re.sub(r"\([^()]*\)|[\s*:]", "", words)


def _cells(line: str) -> list[str]:
    mark = max("\t,;，；", key=line.count)
    return line.split(mark)


def decoded(content: bytes) -> str:
    """The text of a file written in whatever encoding offices use. Raises `ImportProblem`."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportProblem(((0, "", "encoding", ""),))


def csv_rows(text: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows of a CSV text with their line numbers."""
    head = text[:2000]
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=mark)
    try:
        for cells in reader:
            yield reader.line_num, cells[:_LAST_COLUMN]
    except csv.Error:
        raise ImportProblem(((reader.line_num, "", "bad_file", ""),)) from None


def xlsx_rows(content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows of the first sheet that has the header; of the first one when none has."""
    _check_zip(content)
    try:
        from openpyxl import load_workbook  # 4 MB that most days nobody needs

        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets[:10]:
            sheet.reset_dimensions()  # the size that the file claims may be wrong
            rows = sheet.iter_rows(max_row=_LAST_ROW, max_col=_LAST_COLUMN, values_only=True)
            sheets.append([(at, cells) for at, cells in enumerate(rows, start=1) if any(cells)])
        book.close()
    except ImportProblem:
        raise
    except Exception:  # openpyxl raises nearly anything on a file that is damaged or only pretends
        raise ImportProblem(((0, "", "bad_file", ""),)) from None
    with_header = (rows for rows in sheets if any(_header(cells) for _, cells in rows[:_HEADER_WITHIN]))
    yield from next(with_header, sheets[0] if sheets else [])


def _check_zip(content: bytes) -> None:
    """Refuse what would unpack into too much, is locked, or brings its own XML entities."""
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # OLE: an old .xls renamed, or one with a password
        raise ImportProblem(((0, "", "old_excel", ""),))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise ImportProblem(((0, "", "too_big", ""),))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!" in opened.read(4096).replace(b"<!--", b""):
                            raise ImportProblem(((0, "", "bad_file", ""),))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise ImportProblem(((0, "", "bad_file", ""),)) from None


def template() -> bytes:
    """The xlsx template: headers, two example rows, and a sheet that explains the columns."""
    target = io.BytesIO()
    with _workbook(target) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8F1E4", "border": 1, "align": "center"})
        as_text = book.add_format({"num_format": "@"})  # else Excel makes a date of 1-12
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(TEMPLATE.sheet)
        sheet.set_column(0, len(TEMPLATE.headers) - 1, 16, as_text)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, TEMPLATE.headers, head)
        for index, example in enumerate(TEMPLATE.examples, start=1):
            sheet.write_row(index, 0, example, as_text)
        notes = book.add_worksheet(TEMPLATE.notes_sheet)
        notes.set_column(0, 0, 80, wrapped)
        notes.write_column(0, 0, TEMPLATE.notes)
    return target.getvalue()


def upload(name: str) -> Upload:
    """The file that a promise calls by `name`.

    "building_template", "qr:ADDRESS", "links:ROWS" (JSON) or "file:NAME:CONTENT" (base64).
    """
    kind, _, rest = name.partition(":")
    if kind == "building_template":
        return Upload(TEMPLATE.file, template())
    if kind == "qr":
        return Upload(QR_FILE, _qr(rest))
    if kind == "links":
        return Upload(LINK_LIST_FILE, _link_list(json.loads(rest)))
    if kind == "file":
        title, _, content = rest.rpartition(":")
        return Upload(title, base64.b64decode(content))
    raise KeyError(name)


def _qr(address: str) -> bytes:
    target = io.BytesIO()
    segno.make(address, error="m").save(target, kind="png", scale=12, border=4)
    return target.getvalue()


def _workbook(target: io.BytesIO) -> Workbook:
    from xlsxwriter import Workbook  # 2 MB that most days nobody needs

    return Workbook(target, _PLAIN)


def _link_list(rows: Iterable[Sequence[str]]) -> bytes:
    target = io.BytesIO()
    with _workbook(target) as book:
        sheet = book.add_worksheet(TEMPLATE.sheet)
        sheet.set_column(0, 1, 16)
        sheet.set_column(2, 2, 48)
        sheet.write_row(0, 0, LINK_LIST_HEADERS, book.add_format({"bold": True}))
        for index, row in enumerate(rows, start=1):
            sheet.write_row(index, 0, [harmless(cell) for cell in row])
    return target.getvalue()
