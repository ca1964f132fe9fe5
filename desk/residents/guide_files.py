"""Where knowledge cards come from: the set that the program brings along, Markdown files, sheets."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from desk.setup.importing import xlsx_rows
from domain.catalogue import Catalogue, load_catalogue
from domain.errors import DataFileError, ImportProblem
from domain.guide import Guide, LeafCode, Written, make_guide, parse_guides, split_asks

STARTERS = Path(__file__).parents[1] / "data" / "guides"
BIGGEST_FILE = 2 * 1024 * 1024
MOST_GUIDES = 500
_HEADERS = {
    "title": ("标题", "名称", "事项", "title"),
    "leaf": ("类别", "分类", "leaf"),
    "asks": ("问法", "常见问法", "问题", "asks"),
    "body": ("内容", "正文", "答复", "text"),
    "source": ("来源", "依据", "source"),
    "date": ("日期", "更新日期", "date"),
}
_FIELD_OF = {header: field for field, headers in _HEADERS.items() for header in headers}


@cache
def starters() -> tuple[Guide, ...]:
    """The cards that the program brings along, read once."""
    leaf_code = leaf_codes(load_catalogue())
    found: list[Guide] = []
    for path in sorted(STARTERS.glob("*.md")):
        found.extend(parse_guides(path, path.read_text(encoding="utf-8"), leaf_code))
    return tuple(found)


def leaf_codes(catalogue: Catalogue) -> LeafCode:
    """What a category written in a card means: a code or a name of this catalogue."""

    def code(written: str) -> str | None:
        if catalogue.has(written):
            return written
        leaf = catalogue.by_name(written)
        return leaf.code if leaf else None

    return code


def read_guides(path: Path, catalogue: Catalogue) -> tuple[Guide, ...]:
    """The cards of a Markdown file, a sheet, or all Markdown files of a folder.

    Raises DataFileError with file, line (or row) and remedy; then nothing is taken.
    """
    leaf_code = leaf_codes(catalogue)
    if path.is_dir():
        files = sorted(path.glob("*.md"))
        if not files:
            raise DataFileError(path, 1, "the folder holds no .md file", "Give a file, or another folder.")
        return tuple(guide for file in files for guide in parse_guides(file, _text(file), leaf_code))
    if path.suffix.lower() in (".md", ".markdown", ".txt"):
        return parse_guides(path, _text(path), leaf_code)
    if path.suffix.lower() == ".xlsx":
        return _sheet(path, _content(path), leaf_code)
    raise DataFileError(path, 1, "neither .md nor .xlsx", "Save the cards as Markdown or as an .xlsx sheet.")


def _sheet(path: Path, content: bytes, leaf_code: LeafCode) -> tuple[Guide, ...]:
    """One row a card under a header with 标题, 类别, 问法, 内容, 来源, 日期."""
    try:
        rows = list(xlsx_rows(content))
    except ImportProblem as problem:
        key = problem.rows[0][2]
        raise DataFileError(
            path, 1, f"cannot be read as a sheet ({key})", "Save it as .xlsx without a password."
        ) from None
    if not rows:
        raise DataFileError(path, 1, "the sheet is empty", "Write a header and one row for each card.")
    header_row, header = rows[0]
    columns = {
        at: _FIELD_OF[name] for at, cell in enumerate(header) if (name := _cell(cell).lower()) in _FIELD_OF
    }
    if not {"title", "leaf", "body"} <= set(columns.values()):
        raise DataFileError(path, header_row, "no header", "The first row needs 标题, 类别 and 内容.")
    if len(rows) > MOST_GUIDES + 1:
        raise DataFileError(path, header_row, f"more than {MOST_GUIDES} cards", "Split the sheet.")
    found: dict[str, Guide] = {}
    for row, cells in rows[1:]:
        fields = {columns[at]: Written(_cell(cell), row) for at, cell in enumerate(cells) if at in columns}
        asks = fields.pop("asks", Written("", row))
        wordings = [Written(ask, row) for ask in split_asks(asks.value)]
        guide = make_guide(path, row, fields, wordings, leaf_code)
        if guide.title in found:
            raise DataFileError(path, row, f"two cards are called {guide.title!r}", "Rename one of them.")
        found[guide.title] = guide
    if not found:
        raise DataFileError(path, header_row, "the sheet holds no card", "Write one row for each card.")
    return tuple(found.values())


def _cell(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()[:10]
    return str(value).strip() if value is not None else ""


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > BIGGEST_FILE:
            raise DataFileError(path, 1, "the file is too big", f"At most {BIGGEST_FILE // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise DataFileError(path, 1, f"cannot be opened: {error.strerror}", "Check the path.") from None


def _text(path: Path) -> str:
    content = _content(path)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataFileError(
            path, line, "the file is not UTF-8", "Save it again with UTF-8 encoding."
        ) from None
