"""Message entities: Telegram's HTML is read strictly, offsets are UTF-16, and plain text is searched."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standin.entities import cut, find, parse_html, read_text, units
from standin.refuse import Refusal


def kinds(text: str) -> list[tuple[str, str]]:
    return [(entity["type"], cut(text, entity)) for entity in find(text)]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<b>急</b>：漏水", "急：漏水", [("bold", "急")]),
        ("😀<i>好</i>", "😀好", [("italic", "好")]),
        ("<b>甲<i>乙</i></b>", "甲乙", [("bold", "甲乙"), ("italic", "乙")]),
        ("<tg-spoiler>藏</tg-spoiler>", "藏", [("spoiler", "藏")]),
        ('<span class="tg-spoiler">藏</span>', "藏", [("spoiler", "藏")]),
        ("<blockquote expandable>引</blockquote>", "引", [("expandable_blockquote", "引")]),
        ('<pre><code class="language-python">x=1</code></pre>', "x=1", [("pre", "x=1")]),
        ('<a href="https://a.cn/?x=1&amp;y=2">看</a>', "看", [("text_link", "看")]),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &nbsp;&#20013;", "1 < 2 && 3 > 2 &nbsp;中", []),
        ("<b></b>空", "空", []),
    ],
)
def test_reads_telegrams_html(source: str, text: str, found: list[tuple[str, str]]) -> None:
    got, entities = parse_html(source)
    assert got == text
    assert [(entity["type"], cut(got, entity)) for entity in entities] == found


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>急", 'Can\'t find end tag corresponding to start tag "b"'),
        ("急</b>", "Unexpected end tag at byte offset 3"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<p>段</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("3 < 5", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_refuses_what_telegram_refuses(source: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_html(source)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {words}"


@given(st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    got, entities = parse_html(f"<b>{html.escape(text)}</b>")
    assert got == html.unescape(html.escape(text)).replace("&#x27;", "'")
    assert sum(entity["length"] for entity in entities) == units(text)


def test_finds_what_people_write() -> None:
    text = "/start@bridge_bot 请看 https://a.cn/路 找 @bridge_bot 电话13800138000 信 a@b.cn #急"
    assert kinds(text) == [
        ("bot_command", "/start@bridge_bot"),
        ("url", "https://a.cn/路"),
        ("mention", "@bridge_bot"),
        ("phone_number", "13800138000"),
        ("email", "a@b.cn"),
        ("hashtag", "#急"),
    ]
    assert kinds("3/5 号楼，1/2 单元") == []


def test_outer_space_goes_and_entities_move() -> None:
    text, entities = read_text("\n  <b> 好 </b> ", "HTML", None)
    assert text == "好"
    assert entities == [{"offset": 0, "length": 1, "type": "bold"}]


def test_unknown_parse_mode() -> None:
    with pytest.raises(Refusal, match="unsupported parse_mode"):
        read_text("x", "BBCode", None)
