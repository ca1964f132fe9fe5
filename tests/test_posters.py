"""Posters for the doors: the right link in the code, nothing outside the paper, places in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import segno

from reports.posters import WIDTH, Poster, posters, sheet, svg, width
from storage import communities
from storage.communities import Community
from storage.store import Store, Tx

LONG = "第三棉纺织厂职工家属宿舍东大院（一期）"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "office.sqlite")
    yield opened
    await opened.close()


async def found(store: Store, name: str = "幸福社区", code: str = "home") -> Community:
    """A community with three buildings."""

    async def enter(tx: Tx) -> Community:
        number = await communities.found(tx, name, code, 0, phone="010-5550100", hours="周一至周五")
        estate = await communities.add_estate(tx, number, "幸福里小区")
        for building in ("3", "A"):
            await communities.add_building(tx, number, estate, building, f"{code}{building}")
        other = await communities.add_estate(tx, number, LONG)
        await communities.add_building(tx, number, other, "3", f"{code}long")
        made = await communities.by_id(tx, number)
        assert made is not None
        return made

    return await store.write(enter)


def modules(drawing: str) -> list[list[int]]:
    """The QR code of a poster, read back from its path."""
    path = next(p for p in ET.fromstring(drawing).iter() if p.get("class") == "qr")  # noqa: S314 - our own
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path.get("d") or "")]
    size = max(row for _, row, _ in runs) + 1
    code = [[0] * size for _ in range(size)]
    for start, row, length in runs:
        code[row][start : start + length] = [1] * length
    return code


def matrix(address: str) -> list[list[int]]:
    return [list(line) for line in segno.make(address, error="m", micro=False).matrix]


def said(drawing: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own drawing


async def test_each_building_has_its_own_link_and_the_community_has_one(store: Store) -> None:
    home = await found(store)
    await found(store, "和平社区", "peace")
    made = await store.read(lambda tx: posters(tx, home, "minxin_bot"))
    assert [(p.place, p.address) for p in made] == [
        ("", "https://t.me/minxin_bot?start=c_home"),
        ("幸福里小区3号楼", "https://t.me/minxin_bot?start=b_home3"),
        ("幸福里小区A座", "https://t.me/minxin_bot?start=b_homeA"),
        (f"{LONG}3号楼", "https://t.me/minxin_bot?start=b_homelong"),
    ]
    assert len({p.name for p in made}) == len(made)


async def test_the_code_on_the_paper_is_the_link(store: Store) -> None:
    home = await found(store)
    for poster in await store.read(lambda tx: posters(tx, home, "minxin_bot")):
        drawing = svg(poster)
        assert modules(drawing) == matrix(poster.address)
        assert modules(drawing) != matrix(poster.address + "x")
        assert poster.address in said(drawing)


@pytest.mark.parametrize(
    ("only", "places"),
    [
        (["3"], ["幸福里小区3号楼", f"{LONG}3号楼"]),
        (["A座"], ["幸福里小区A座"]),
        (["幸福里小区 3号楼"], ["幸福里小区3号楼"]),
        (["99"], []),
    ],
)
async def test_a_building_is_named_as_people_do(store: Store, only: list[str], places: list[str]) -> None:
    home = await found(store)
    made = await store.read(lambda tx: posters(tx, home, "minxin_bot", only))
    assert [p.place for p in made] == places


def test_a_poster_says_where_how_and_whom_to_call() -> None:
    words = said(
        svg(Poster("幸福社区", "幸福里小区3号楼", "https://t.me/b?start=b_x", "010-5550100", "周一至周五"))
    )
    assert {"幸福社区", "幸福里小区3号楼", "119", "120", "110"} <= set(words)
    assert "社区电话 010-5550100（周一至周五）" in words
    assert sum("扫码" in line or "平常" in line or "照片" in line for line in words) == 3
    assert not any(
        "社区电话" in line for line in said(svg(Poster("幸福社区", "", "https://t.me/b?start=c_x")))
    )


def test_the_longest_name_stays_on_the_paper() -> None:
    poster = Poster("幸福" * 15, "纺织厂" * 10 + "<甲&乙>12A号楼", "https://t.me/b?start=b_x")
    drawing = svg(poster)
    assert poster.place in said(drawing)  # brackets and all, and the drawing is still XML
    for text in ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"):  # noqa: S314 - our own drawing
        long = width(text.text or "") * float(text.get("font-size", "0"))
        left = float(text.get("x", "0")) - (long / 2 if text.get("text-anchor") == "middle" else 0)
        assert left >= 0, text.text
        assert left + long <= WIDTH, text.text


def test_the_page_to_print_holds_every_poster() -> None:
    made = [Poster("幸福社区", f"{n}号楼", f"https://t.me/b?start=b_{n}") for n in range(1, 4)]
    page = sheet("<幸福社区>", made)
    assert page.count("<section>") == 3
    assert "&lt;幸福社区&gt;" in page
    assert all(svg(poster) in page for poster in made)
