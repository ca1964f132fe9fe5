"""Answer templates: what staff can send to a resident with two taps, read from a file anybody can write.

`[NAME]` begins the templates of a category or a heading, `[通用]` those for all; a line is a moment and words
with blanks: `进度 {称呼}您好，师傅{时间}到{地点}。`
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from domain.catalogue import Catalogue
from domain.errors import DataFileError

DEFAULT_ANSWERS = Path(__file__).parent / "data" / "answers.txt"
FOR_ALL = "通用"
LONGEST = 200
MOST = 2000
"""Characters of a template, templates of a file."""
GAP = "＿＿"
"""A blank that nothing fills."""
_BLANK = re.compile(r"\{([^{}]*)\}")
_HEAD = re.compile(r"\[(.+)\]")


class Moment(StrEnum):
    TAKEN = "接单"
    PROGRESS = "进度"
    ASK = "补充"
    DONE = "办结"
    ELSEWHERE = "退回"


class Blank(StrEnum):
    CALLED = "称呼"
    NUMBER = "编号"
    PLACE = "地点"
    DUE = "时限"
    HANDLER = "经办人"
    PHONE = "电话"
    UNIT = "单位"
    TIME = "时间"
    FACTS = "情况"


@dataclass(frozen=True, slots=True)
class Template:
    moment: Moment
    words: str

    @property
    def key(self) -> str:
        """A short name that stays the same while the words do."""
        return hashlib.sha256(f"{self.moment} {self.words}".encode()).hexdigest()[:10]

    def filled(self, values: Mapping[Blank, str]) -> str:
        """The words with these values; a name that is not known leaves nothing, another blank a gap."""
        return _BLANK.sub(lambda found: _value(Blank(found[1]), values), self.words)

    def gaps(self, values: Mapping[Blank, str]) -> tuple[Blank, ...]:
        """Which blanks these values leave open, each once, in their order."""
        asked = [Blank(name) for name in _BLANK.findall(self.words)]
        return tuple(dict.fromkeys(blank for blank in asked if _value(blank, values) == GAP))


def _value(blank: Blank, values: Mapping[Blank, str]) -> str:
    return values.get(blank) or ("" if blank is Blank.CALLED else GAP)


@dataclass(frozen=True, slots=True)
class Answers:
    """The templates under each name, the office's own ahead of those that the program brings along."""

    under: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)

    def of(self, catalogue: Catalogue, leaf: str) -> tuple[Template, ...]:
        """All that fit this leaf: its own; for moments in which it has none its heading's; those for all."""
        own = self.under.get(f"leaf:{leaf}", ())
        has = {template.moment for template in own}
        heading = self.under.get(f"top:{catalogue.top_of(leaf).code}", ())
        wider = (template for template in heading if template.moment not in has)
        return tuple(dict.fromkeys((*own, *wider, *self.under.get(FOR_ALL, ()))))

    def over(self, below: Answers) -> Answers:
        """These ahead of others, name by name."""
        names = {*self.under, *below.under}
        return Answers({name: (*self.under.get(name, ()), *below.under.get(name, ())) for name in names})

    def templates(self) -> Iterable[Template]:
        for kept in self.under.values():
            yield from kept


def load_answers(catalogue: Catalogue, own: Path | None = None) -> Answers:
    """The office's templates over the shipped ones; DataFileError names file, line and remedy."""
    shipped = _shipped(catalogue)
    return read_answers(own, catalogue).over(shipped) if own else shipped


@functools.lru_cache(maxsize=4)
def _shipped(catalogue: Catalogue) -> Answers:
    """A catalogue of the office's own may lack names of the shipped file: their templates are left out."""
    return parse_answers(DEFAULT_ANSWERS, DEFAULT_ANSWERS.read_text("utf-8"), catalogue, strict=False)


def read_answers(path: Path, catalogue: Catalogue) -> Answers:
    """The templates of an office's own file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        remedy = "Save it again with UTF-8 encoding."
        raise DataFileError(path, line, "the file is not UTF-8", remedy) from None
    except OSError as error:
        remedy = "Check the path in the settings."
        raise DataFileError(path, 1, f"cannot be opened: {error.strerror}", remedy) from None
    return parse_answers(path, text, catalogue)


def parse_answers(path: Path | str, text: str, catalogue: Catalogue, *, strict: bool = True) -> Answers:
    """The templates in this text. Unknown names are errors when `strict`, else left out."""
    found: dict[str, list[Template]] = {}
    under: str | None = None
    begun = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        head = _HEAD.fullmatch(line)
        if head:
            under, begun = _name(catalogue, head[1].strip()), True
            if under is None and strict:
                remedy = f"Write a category or a heading as in the catalogue, or [{FOR_ALL}]."
                raise DataFileError(path, number, f"the catalogue has no {head[1]!r}", remedy)
            continue
        if not begun:
            remedy = f"Begin with a line like [电梯故障] or [{FOR_ALL}]."
            raise DataFileError(path, number, "a template stands under no name", remedy)
        template = _template(path, number, line)
        if under is None:
            continue
        if template in found.setdefault(under, []):
            raise DataFileError(path, number, "this template stands twice", "Remove one of them.")
        found[under].append(template)
        if number > MOST:
            raise DataFileError(path, number, f"more than {MOST} lines", "Keep the best ones.")
    return Answers({name: tuple(kept) for name, kept in found.items()})


def _name(catalogue: Catalogue, written: str) -> str | None:
    if written == FOR_ALL:
        return FOR_ALL
    leaf = written if catalogue.has(written) else getattr(catalogue.by_name(written), "code", None)
    if leaf:
        return f"leaf:{leaf}"
    top = next((top.code for top in catalogue.tops if written in (top.code, top.name)), None)
    return f"top:{top}" if top else None


def _template(path: Path | str, number: int, line: str) -> Template:
    moment, _, words = line.partition(" ")
    words = words.strip()
    moments = "、".join(Moment)
    if moment not in set(Moment):
        remedy = f"Begin the line with one of {moments} and a space."
        raise DataFileError(path, number, f"{moment[:20]!r} is no moment", remedy)
    if not words:
        raise DataFileError(path, number, "the template has no words", "Write them after the moment.")
    if len(words) > LONGEST:
        remedy = f"At most {LONGEST} characters."
        raise DataFileError(path, number, f"the template has {len(words)} characters", remedy)
    for name in _BLANK.findall(words):
        if name not in set(Blank):
            known = "、".join(f"{{{blank}}}" for blank in Blank)
            raise DataFileError(path, number, f"unknown blank {{{name}}}", f"Use one of {known}.")
    if re.search(r"[{}]", _BLANK.sub("", words)):
        raise DataFileError(path, number, "a brace without its partner", "Write blanks as {地点}.")
    return Template(Moment(moment), words)
