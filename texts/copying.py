"""A summary as clean text for WeChat, and what is said around its Word file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from texts.registry import says
from texts.words import Words, esc

MOST = 3900
"""UTF-16 units of one message, below Telegram's 4096."""
HEADING = re.compile(r"^[一二三四五六七八九十]+、|^附表")
_TAG = re.compile(r"</?[a-z][^>]*>")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]")
NO_WORD = "这台服务器没装 Word 功能，请管理员装上 office 扩展。可先用【复制版】"


@dataclass(frozen=True, slots=True)
class Paper:
    """A message set out as a paper: its title, and each heading with its lines."""

    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def clean(html: str) -> str:
    """The words of a message without tags, emoji and empty lines: what WeChat and Word can take."""
    text = _PICTURES.sub("", unescape(_TAG.sub("", html)))
    lines = (re.sub(r"^• ?", "· ", line.strip()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def paper(html: str) -> Paper:
    """The first line is the title; lines that begin with 一、 are headings."""
    title, *lines = clean(html).splitlines() or [""]
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        if HEADING.match(line) or not sections:
            sections.append((line if HEADING.match(line) else "", []))
            if sections[-1][0]:
                continue
        sections[-1][1].append(line)
    return Paper(title, tuple((heading, tuple(found)) for heading, found in sections))


def word_name(title: str) -> str:
    """A file's name from the title of what it holds."""
    return re.sub(r'[\\/:*?"<>|\s]+', " ", title).strip()[:60] + ".docx"


@says
def copy_text(body: str) -> Words:
    """Telegram copies such a block with one tap."""
    while len(body.encode("utf-16-le")) // 2 > MOST:
        body = body[: -max(1, len(body) // 50)]
    return Words(f"<pre>{esc(body)}</pre>", silent=True)


@says
def word_file(title: str) -> Words:
    return Words(
        f"📝 {esc(title)}\n字体按公文格式设好了；电脑上没有小标宋、仿宋时会自动换成宋体。", silent=True
    )
