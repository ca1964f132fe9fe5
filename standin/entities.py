"""Message entities: Telegram's HTML read strictly, and what Telegram finds in plain text by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from standin.refuse import bad_request

Json = dict[str, Any]

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)?((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")

_FOUND: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w/])", re.ASCII)),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z]{2,10})+", re.ASCII)),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z]\w{2,31}(?!\w)", re.ASCII)),
    (
        "url",
        re.compile(
            r"(?<![\w@])(?:https?://[^\s<>\"，。；！？）】]+"
            r"|(?:[a-z0-9-]+\.)+(?:com|org|net|cn|gov|io|me)(?:/[^\s，。]*)?)",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\d+])(?:\+\d{8,15}|1[3-9]\d{9})(?!\d)", re.ASCII)),
)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, entity: Json) -> str:
    """The part of the text that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    start = int(entity["offset"]) * 2
    return raw[start : start + int(entity["length"]) * 2].decode("utf-16-le", "surrogatepass")


@dataclass
class _Open:
    tag: str
    kind: str
    offset: int
    extra: Json = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of Telegram's HTML, or the refusal Telegram gives."""
    reader = _HtmlReader(source)
    return reader.read()


class _HtmlReader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        position = 0
        while position < len(self.source):
            char = self.source[position]
            if char == "<":
                position = self._tag(position)
            elif char == "&":
                position = self._reference(position)
            else:
                end = _next_special(self.source, position)
                self._add(self.source[position:end])
                position = end
        if self.stack:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.parts), _in_order(self.entities)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def _wrong(self, words: str) -> Exception:
        return bad_request(f"can't parse entities: {words}")

    def _at(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _reference(self, position: int) -> int:
        match = _REFERENCE.match(self.source, position)
        if match is None:
            self._add("&")
            return position + 1
        decimal, hexadecimal, name = match.groups()
        if name:
            self._add(NAMED[name])
            return match.end()
        code = int(decimal) if decimal else int(hexadecimal, 16)
        if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
            self._add(match.group())
        else:
            self._add(chr(code))
        return match.end()

    def _tag(self, position: int) -> int:
        match = _TAG.match(self.source, position)
        if match is None:
            which = "end" if self.source.startswith("</", position) else "start"
            raise self._wrong(f"Unclosed {which} tag at byte offset {self._at(position)}")
        closing, name, rest = match.groups()
        tag = (name or "").lower()
        if closing:
            self._close(tag, position)
        else:
            self._open(tag, rest, position)
        return match.end()

    def _open(self, tag: str, rest: str, position: int) -> None:
        kind = SIMPLE_TAGS.get(tag)
        attributes = {key.lower(): _unquote(value) for key, value in _ATTRIBUTE.findall(rest.rstrip("/ "))}
        if kind is None or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            if tag == "span":
                raise self._wrong(
                    f'Tag "span" must have class "tg-spoiler" at byte offset {self._at(position)}'
                )
            raise self._wrong(f'Unsupported start tag "{tag}" at byte offset {self._at(position)}')
        extra: Json = {}
        if tag == "a":
            extra["url"] = attributes.get("href", "")
        elif tag == "blockquote" and "expandable" in attributes:
            kind = "expandable_blockquote"
        elif tag == "code" and attributes.get("class", "").startswith("language-"):
            extra["language"] = attributes["class"].removeprefix("language-")
        elif tag == "tg-emoji":
            extra["custom_emoji_id"] = attributes.get("emoji-id", "")
        self.stack.append(_Open(tag, kind, self.length, extra))

    def _close(self, tag: str, position: int) -> None:
        if not self.stack:
            raise self._wrong(f"Unexpected end tag at byte offset {self._at(position)}")
        opened = self.stack.pop()
        if tag and tag != opened.tag:
            raise self._wrong(
                f"Unmatched end tag at byte offset {self._at(position)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        length = self.length - opened.offset
        if length == 0:
            return
        self._keep(opened, length)

    def _keep(self, opened: _Open, length: int) -> None:
        extra = dict(opened.extra)
        language = extra.pop("language", None)
        if opened.kind == "text_link":
            self._link(opened, length, extra["url"])
            return
        if opened.kind == "code" and self.stack and self.stack[-1].tag == "pre" and language:
            self.stack[-1].extra["language"] = language
            return
        entity: Json = {"offset": opened.offset, "length": length, "type": opened.kind, **extra}
        if opened.kind == "pre" and language:
            entity["language"] = language
        self.entities.append(entity)

    def _link(self, opened: _Open, length: int, url: str) -> None:
        target = url or "".join(self.parts)[-length:]
        mention = re.fullmatch(r"tg://user\?id=(\d+)", target)
        if mention:
            user = {"id": int(mention[1]), "is_bot": False, "first_name": ""}
            self.entities.append(
                {"offset": opened.offset, "length": length, "type": "text_mention", "user": user}
            )
        elif re.match(r"(https?|tg|mailto|tel)[:/]|[\w-]+\.[\w.-]+", target):
            self.entities.append(
                {"offset": opened.offset, "length": length, "type": "text_link", "url": target}
            )


def _unquote(value: str) -> str:
    raw = value[1:-1] if value[:1] in {'"', "'"} else value
    return _REFERENCE.sub(lambda match: NAMED.get(match[3] or "", match[0]), raw)


def _next_special(source: str, start: int) -> int:
    ends = [found for mark in "<&" if (found := source.find(mark, start)) >= 0]
    return min(ends, default=len(source))


def _in_order(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text without outer white space and the entities moved along, as Telegram stores it."""
    stripped = text.lstrip()
    shift = units(text[: len(text) - len(stripped)])
    stripped = stripped.rstrip()
    total = units(stripped)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        end = min(total, entity["offset"] + entity["length"] - shift)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return stripped, kept


def find(text: str, taken: list[Json] | None = None) -> list[Json]:
    """Entities that Telegram finds by itself, added to those already there."""
    entities = list(taken or [])
    spans = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _CLOSED]
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match.group())
            if any(start < other_end and other_start < end for other_start, other_end in spans):
                continue
            spans.append((start, end))
            entities.append({"offset": start, "length": end - start, "type": kind})
    return _in_order(entities)


_CLOSED = frozenset({"code", "pre", "text_link", "text_mention"})


def read_text(text: str, parse_mode: str | None, given: list[Json] | None) -> tuple[str, list[Json]]:
    """Text and entities of what a bot sends, by parse mode or by its own list."""
    text = text.replace("\r", "")
    entities = list(given or [])
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, entities = parse_html(text)
    text, entities = trim(text, entities)
    return text, find(text, entities)
