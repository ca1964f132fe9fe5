"""The catalogue: what kinds of matters there are, who answers for each, and by which clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from domain.datafile import DataFile, read_datafile

CATALOGUE_FOLDER = Path(__file__).parent / "data" / "catalogue"
DEFAULT_CATALOGUE = CATALOGUE_FOLDER / "eight_systems.toml"

_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")  # short enough for a button and safe in a file name

KINDS = ("咨询", "求助", "投诉", "举报", "建议", "表扬")


class Level(StrEnum):
    """The four levels of responsibility, lowest first."""

    COMMUNITY = "community"  # 社区小区
    SUBDISTRICT = "subdistrict"  # 街道
    PARTNER = "partner"  # 共建单位
    DEPARTMENT = "department"  # 责任部门


@dataclass(frozen=True, slots=True)
class Top:
    """A top-level heading of the catalogue."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A kind of matter that a ticket can be filed under."""

    code: str
    name: str
    top: str  # code of its Top
    level: Level  # who is responsible unless a ticket says otherwise
    unit: str  # the responsible unit's name
    clock: str  # key into the clocks file
    strong: tuple[str, ...]  # words that nearly decide
    ordinary: tuple[str, ...]  # words that hint
    not_words: tuple[str, ...] = ()  # words that speak against
    needs_place: bool = True  # the matter cannot be handled without a place
    on_site: bool = False  # closed with a photo of the place
    sensitive: bool = False  # the group's card shows only number and clock
    kind: str = "投诉"  # 诉求类型 when the words do not say it

    @property
    def words(self) -> tuple[str, ...]:
        return self.strong + self.ordinary


@dataclass(frozen=True)
class Catalogue:
    """A profile: headings with their leaves, in the order of the file."""

    code: str
    name: str
    tops: tuple[Top, ...]
    leaves: tuple[Leaf, ...]
    fallback: str  # code of the leaf for whatever fits nowhere
    path: Path = field(default=DEFAULT_CATALOGUE, compare=False)

    @cached_property
    def _by_code(self) -> Mapping[str, Leaf]:
        return {leaf.code: leaf for leaf in self.leaves}

    @cached_property
    def _by_name(self) -> Mapping[str, Leaf]:
        return {leaf.name: leaf for leaf in self.leaves}

    @cached_property
    def _tops(self) -> Mapping[str, Top]:
        return {top.code: top for top in self.tops}

    def leaf(self, code: str) -> Leaf:
        """The leaf of that code; KeyError when there is none."""
        return self._by_code[code]

    def has(self, code: str) -> bool:
        return code in self._by_code

    def by_name(self, name: str) -> Leaf | None:
        """The leaf of that Chinese name, or None."""
        return self._by_name.get(name)

    def top(self, code: str) -> Top:
        return self._tops[code]

    def top_of(self, leaf_code: str) -> Top:
        return self._tops[self.leaf(leaf_code).top]

    def leaves_of(self, top_code: str) -> tuple[Leaf, ...]:
        return tuple(leaf for leaf in self.leaves if leaf.top == top_code)


_HEADER = {"code", "name", "fallback", "based_on", "tops", "leaves"}
_TOP_FIELDS = {"name", "leaves"}
_LEAF_FIELDS = {
    "top", "name", "level", "unit", "clock", "strong", "ordinary", "not_words",
    "needs_place", "on_site", "sensitive", "kind",
}  # fmt: skip


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a profile (default 八大体系). Raises DataFileError with file, line and remedy."""
    file = read_datafile(path or DEFAULT_CATALOGUE)
    file.check_keys("", file.root, _HEADER)
    if "based_on" in file.root:
        return _regroup(file)
    tops = tuple(_top(file, code, value, {"name"}) for code, value in file.table("tops").items())
    top_codes = {top.code for top in tops}
    leaves = tuple(_leaf(file, code, value, top_codes) for code, value in file.table("leaves").items())
    _check_names(file, leaves)
    _check_strong(file, leaves)
    fallback = file.text_of("", file.root, "fallback")
    if fallback not in {leaf.code for leaf in leaves}:
        raise file.error(
            "", "fallback", f"fallback {fallback!r} is no leaf", "Name one of the leaves' codes."
        )
    return Catalogue(
        code=file.text_of("", file.root, "code"),
        name=file.text_of("", file.root, "name"),
        tops=tops,
        leaves=leaves,
        fallback=fallback,
        path=file.path,
    )


def _regroup(file: DataFile) -> Catalogue:
    """A profile that puts the leaves of another one under its own headings."""
    base_name = file.text_of("", file.root, "based_on")
    base = load_catalogue(file.path.parent / base_name)
    if "leaves" in file.root:
        raise file.error("leaves", "", "a profile with based_on has no leaves of its own", "Remove [leaves].")
    tables = file.table("tops")
    tops = tuple(_top(file, code, value, _TOP_FIELDS) for code, value in tables.items())
    home: dict[str, str] = {}
    for top in tops:
        table = f"tops.{top.code}"
        for leaf_code in file.texts_of(table, tables[top.code], "leaves"):
            if not base.has(leaf_code):
                raise file.error(
                    table,
                    "leaves",
                    f"{leaf_code!r} is no leaf of {base_name}",
                    "Correct or remove it.",
                    leaf_code,
                )
            if leaf_code in home:
                raise file.error(
                    table,
                    "leaves",
                    f"{leaf_code!r} is already under {home[leaf_code]!r}",
                    "Keep one.",
                    leaf_code,
                )
            home[leaf_code] = top.code
    for leaf in base.leaves:
        if leaf.code not in home:
            raise file.error("tops", "", f"leaf {leaf.code!r} is under no heading", "Add it to one list.")
    return Catalogue(
        code=file.text_of("", file.root, "code"),
        name=file.text_of("", file.root, "name"),
        tops=tops,
        leaves=tuple(replace(leaf, top=home[leaf.code]) for leaf in base.leaves),
        fallback=base.fallback,
        path=file.path,
    )


def _top(file: DataFile, code: str, value: Any, allowed: set[str]) -> Top:
    table = f"tops.{code}"
    if not isinstance(value, dict):
        raise file.error(
            "tops", code, f"heading {code!r} must be a table", f'Write [{table}] and name = "...".'
        )
    file.check_keys(table, value, allowed)
    _check_code(file, table, code)
    return Top(code=code, name=file.text_of(table, value, "name"))


def _leaf(file: DataFile, code: str, value: Any, tops: set[str]) -> Leaf:
    table = f"leaves.{code}"
    if not isinstance(value, dict):
        raise file.error("leaves", code, f"leaf {code!r} must be a table", f"Write [{table}] and its fields.")
    file.check_keys(table, value, _LEAF_FIELDS)
    _check_code(file, table, code)
    leaf = Leaf(
        code=code,
        name=file.text_of(table, value, "name"),
        top=_one_of(file, table, value, "top", tops),
        level=Level(_one_of(file, table, value, "level", [level.value for level in Level])),
        unit=file.text_of(table, value, "unit"),
        clock=file.text_of(table, value, "clock", "general"),
        strong=file.texts_of(table, value, "strong"),
        ordinary=file.texts_of(table, value, "ordinary"),
        not_words=file.texts_of(table, value, "not_words"),
        needs_place=file.flag_of(table, value, "needs_place", True),
        on_site=file.flag_of(table, value, "on_site", False),
        sensitive=file.flag_of(table, value, "sensitive", False),
        kind=_one_of(file, table, value, "kind", KINDS, "投诉"),
    )
    if not leaf.words:
        raise file.error(
            table, "", f"leaf {code!r} has no words", 'Add strong = ["..."], else nobody gets there.'
        )
    for word in (*leaf.ordinary, *leaf.not_words):
        if word in leaf.strong or (word in leaf.not_words and word in leaf.ordinary):
            raise file.error(
                table, "ordinary", f"{word!r} stands in two lists of {code!r}", "Keep one.", word
            )
    return leaf


def _check_code(file: DataFile, table: str, code: str) -> None:
    if not _CODE.fullmatch(code):
        raise file.error(
            table,
            "",
            f"{code!r} is no code",
            "Use 1 to 32 small Latin letters, digits and _, a letter first.",
        )


def _one_of(
    file: DataFile,
    table: str,
    given: Mapping[str, Any],
    key: str,
    allowed: Iterable[str],
    default: str | None = None,
) -> str:
    value = file.text_of(table, given, key, default)
    choices = list(allowed)
    if value not in choices:
        raise file.error(table, key, f"unknown {key} {value!r}", f"Use one of: {', '.join(choices)}.")
    return value


def _check_names(file: DataFile, leaves: Iterable[Leaf]) -> None:
    seen: dict[str, str] = {}
    for leaf in leaves:
        if leaf.name in seen:
            raise file.error(
                f"leaves.{leaf.code}",
                "name",
                f"{seen[leaf.name]!r} is called {leaf.name!r} too",
                "Rename one.",
            )
        seen[leaf.name] = leaf.code


def _check_strong(file: DataFile, leaves: Iterable[Leaf]) -> None:
    """A word that nearly decides cannot decide for two leaves."""
    owner: dict[str, str] = {}
    for leaf in leaves:
        for word in leaf.strong:
            if word in owner:
                raise file.error(
                    f"leaves.{leaf.code}",
                    "strong",
                    f"{word!r} is a strong word of {owner[word]!r} too",
                    "Move it to `ordinary` in one of the two.",
                    word,
                )
            owner[word] = leaf.code
