"""Finds the places in a text: building, unit, floor, room, parking space, public spot, road, estate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from nlp import place_words as say
from nlp.addresses import completed
from nlp.gazetteer import Index, index_of
from nlp.numerals import arabic
from nlp.reading import Gazetteer, Place
from nlp.spans import Claims

_DASHES = frozenset("-—–_/~杠横")  # one of them joins the figures of 3-2-501
_RANK: Final = {
    "estate": 0,
    "road": 0,
    "building": 2,
    "unit": 3,
    "floor": 4,
    "room": 5,
    "parking": 5,
    "spot": 6,
}
_NAMED = ("estate", "road", "building", "unit", "floor", "room", "parking", "spot")

# What may stand between two parts of one address.
_LINK = re.compile(
    r"[\s,，.。的、（）()]{0,2}(?:(?:我们|咱们|我|咱)?(?:家|是|住|在|的|那个|那栋|这边|那边|里面|里|就是|有个|上|边上|有){0,3})[\s,，的]{0,2}\Z"
)
_GLOSS = re.compile("[（(][A-Za-z ]{1,20}[）)]")  # how it is said, in brackets
_LIST = re.compile(r"\s?(?:和|与|跟|及|以及|、|到|至|[,，]|还有|或者?|[-~])?\s?\Z")
_MOST = 40  # parts of one sort read in one text; a resident names a few
_STOP = re.compile(
    r".*(?:我们|你们|他们|住在|位于|就在|在|到|从|去|来|是|的|和(?![平谐睦煦美顺馨])|跟|与|那个|这个|那边|这边|附近|隔壁|旁边|对面|反映|投诉"
    r"|[今昨明前后每一几两三整当半]天|关于|请问|你好|您好|街道|社区|镇|乡|[^小]区|县|(?<!城)市|省|号|楼|了|有|我|你|住|这|那|就|往|沿|过|给|把|被|让|叫|对|经|个|条|上|下|里|外|近|问)"
)
_VAGUE_ESTATE = re.compile(
    r"(?:本|该|各|每个|整个?|全|某|其[他它]|别的?|老旧?|旧|住宅|封闭式?|安置|回迁|开放式?|无物业|新建?|大|小|周边|周围|附近|很多|许多"
    r"|所有|部分|高档|不少|几个|个|商品房|居民|同|农村|城市|业主|职工|单位|学生|员工|单身|青年|教师|集体|老人|男生|女生|廉租|人才|白领|长租|酒店式?|单身|高层|多层|老年|五星级|吗|呢|啊|吧)?\Z"
)
_ESTATE_TAIL = re.compile(r"(?:小区|公寓|大厦|大院|宿舍|别墅|院|里|村|中心|广场|社区|商城)\Z")
_OF_THE_STREET = frozenset("灯面牙桩障")  # 路灯, 路面: no end of a road's name
_ROAD_VERBS = frozenset("修走让堵挡占拦问带回赶过马公铁跑绕养")
_VAGUE_ROAD = re.compile(
    r"(?:马|道|公|铁|修|走|一|让|迷|网|线|电|水|出|思|问|短|断头?|过|沿|上|下|半|回|小|大|土|门|山|主|岔|十字|环|乡村|这条|那条|条|石子|水泥|柏油|盲|高速公|高速铁"
    r"|逛|步行|上下|老|通|带|拦|挡|滑|同|绕|引|探|赶|道|村|进村|入村|小区道|小区内道|消防道|城市道|人行道|主干道?|次干道?|非机动车道?|跑|养|末|顺|正|各|套|活|财|生|门|纹|思|销|退|死|马|赌|压|新|天|三|二|两|四|几)?\Z"
)


@dataclass(slots=True)
class _Part:
    """One component of an address at `start:end`."""

    start: int
    end: int
    fields: dict[str, str]
    behind_only: bool = False  # counts only directly behind another part
    estate_id: int | None = None

    @property
    def rank(self) -> int:
        return min(_RANK[name] for name in self.fields)


def find_places(text: str, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """The places said in `text`, in order; parts that belong together are one place."""
    index = index_of(gazetteer)
    parts = _parts(_spelt(text), index)
    return tuple(_whole(text, _grouped(text, parts)))


def _spelt(text: str) -> str:
    """The text with building, unit and number in their right characters (9号搂2单员), as long as it was."""
    if say.TYPING_ERROR.search(text) is None:
        return text
    return say.TYPING_ERROR.sub(lambda found: say.RIGHT[found[0]], text)


class _Taken:
    """The parts accepted so far; a part that overlaps an earlier one is refused."""

    def __init__(self, text: str) -> None:
        self.parts: list[_Part] = []
        self._claims = Claims(len(text))

    def add(self, part: _Part) -> None:
        if self._claims.take(part.start, part.end):
            self.parts.append(part)


def _parts(text: str, index: Index) -> list[_Part]:
    """All components, left to right; where two claim the same characters the surer one wins."""
    taken = _Taken(text)
    for name in index.find(text):
        fields = {key: said for key, said in (("estate", name.estate), ("spot", name.spot)) if said}
        taken.add(_Part(name.start, name.end, fields, estate_id=name.estate_id))
    numbered = say.NUMBERED.search(text) is not None
    finders: tuple[Callable[[str], Iterable[_Part]], ...] = (_roads, _estates, _sites)
    if numbered:
        finders = (_roads, _parking, _dashed, _labelled, _buildings, _units, _floors, _rooms, _estates)
    for find in finders:
        for part in islice(find(text), _MOST):
            taken.add(part)
    if numbered:
        _follow(text, taken)
        for part in islice(_sites(text), _MOST):
            taken.add(part)
    _beside(text, taken)
    return sorted(taken.parts, key=lambda part: part.start)


def _dashed(text: str) -> Iterator[_Part]:
    if _DASHES.isdisjoint(text):
        return
    for found in say.DASHED.finditer(text):
        fields = {name: _identifier(value) for name, value in found.groupdict().items() if value}
        yield _Part(found.start(), found.end(), fields)
    for found in say.DASHED_BARE.finditer(text):
        fields = {name: value for name, value in found.groupdict().items() if value}
        yield _Part(found.start("building"), found.end(), fields)
    for found in say.DASHED_SHORT.finditer(text):
        yield _Part(
            found.start(), found.end(), {"building": _identifier(found["building"]), "room": found["room"]}
        )


def _labelled(text: str) -> Iterator[_Part]:
    """楼栋是21，单元是2，房间1103."""
    for found in say.LABELLED.finditer(text):
        fields = {name: _identifier(value) for name, value in found.groupdict().items() if value}
        yield _Part(found.start(), found.end(), fields)


def _parking(text: str) -> Iterator[_Part]:
    if "位" not in text and "车库" not in text:
        return
    for found in say.PARKING.finditer(text):
        level = (found["level"] or found["level2"] or found["level3"] or "").upper()
        level = re.sub(r"(?:负|地下)([一二三\d])层?", lambda deep: "B" + arabic(deep[1]), level)
        zone = (found["zone"] or found["zone2"] or "").upper()
        space = found["id"] or found["id2"]
        yield _Part(found.start(), found.end(), {"parking": "-".join(filter(None, (level, zone + space)))})


def _buildings(text: str) -> Iterator[_Part]:
    for found in say.LETTERED.finditer(text):
        yield _Part(found.start(), found.end(), {"building": _identifier(found["id"])})
    for found in say.BUILDING_LIST.finditer(text):
        if text[found.start() - 1 : found.start()] not in {"月", "第", "共"} or not found.start():
            yield _Part(found.start(), found.end(), {"building": _identifier(found["id"])})
    counted = [found.span() for found in say.BUILDING_COUNT.finditer(text)]
    for found in say.BUILDING.finditer(text):
        if say.NO_BUILDING.search(text, max(0, found.start() - 2), found.start()):
            continue  # 3月5号楼上 is a date, 几十栋 a count
        if found["id"].isalpha() and found[0][-1].isascii() and found[0][-1] != "#":
            continue  # 四号楼(sihaolou) says it twice
        if "号" not in found[0] and text[: found.start()].endswith(("共", "有", "约", "建了")):
            continue  # 一共有15栋
        if found[0].endswith("号") and text[: found.start()].endswith(("街", "路", "道", "巷", "段")):
            continue  # 大街33号102室 is a number of the street
        if any(
            start == found.start() and text[start] in "一两几数" and _is_count(text, end)
            for start, end in counted
        ):
            continue
        yield _Part(found.start(), found.end(), {"building": _identifier(found["id"])})


def _is_count(text: str, end: int) -> bool:
    return text[end - 2] in "两几数" or text.startswith(("楼", "房", "大楼", "别墅"), end)


def _identifier(said: str) -> str:
    return arabic(said.removeprefix("-")).upper()


def _units(text: str) -> Iterator[_Part]:
    for found in say.UNIT.finditer(text) if "单元" in text or "danyuan" in text else ():
        yield _Part(found.start(), found.end(), {"unit": _identifier(found["id"] or found["after"])})
    for found in say.DOOR.finditer(text) if "门" in text or "梯" in text else ():
        yield _Part(found.start(), found.end(), {"unit": _identifier(found["id"])}, behind_only=True)


def _floors(text: str) -> Iterator[_Part]:
    for found in say.FLOOR.finditer(text):
        if found["named"]:
            floor = found["named"][0]
        elif found["below"]:
            floor = "-" + arabic(found["depth"])
        else:
            floor = arabic(found["id"])
            if len(floor) > 2:
                continue  # 四零二楼下 is below room 402
        yield _Part(found.start(), found.end(), {"floor": floor})


def _rooms(text: str) -> Iterator[_Part]:
    for found in say.ROOM.finditer(text) if "室" in text or "房" in text else ():
        yield _Part(found.start(), found.end(), {"room": _identifier(found["id"] or found["letter"])})
    if "不是" in text and say.ABOUT_ROOMS.search(text):
        for found in say.ROOM_MENDED.finditer(text):
            yield _Part(found.start("id"), found.end("id"), {"room": _identifier(found["id"])})
    for found in say.ROOM_BARE.finditer(text):
        if found["id"] not in {"110", "119", "120", "122", "114", "12345"[:4]} and not _is_year(found["id"]):
            yield _Part(found.start("id"), found.end("id"), {"room": _identifier(found["id"])})
    for found in say.ROOM_SPOKEN.finditer(text):
        which = found.lastgroup or "id"
        yield _Part(found.start(which), found.end(which), {"room": _identifier(found[which])})


def _is_year(figures: str) -> bool:
    return figures.isdecimal() and 1950 <= int(figures) <= 2035


def _roads(text: str) -> Iterator[_Part]:
    if not any(mark in text for mark in "路街道巷弄院胡"):
        return
    for found in say.ROAD.finditer(text):
        kind = 2 if found["name"].endswith(("大道", "大街", "胡同")) else 1
        head = found["name"][:-kind]
        cut = _STOP.match(head)
        head = head[cut.end() :] if cut else head
        house = found["house"] is not None
        if (
            len(head) < 2
            or head[-1] in _ROAD_VERBS
            or _VAGUE_ROAD.match(head)
            or (found["name"][-1] in "巷弄街" and not house)
            or (found[0][-1] == "路" and text[found.end() : found.end() + 1] in _OF_THE_STREET)
        ):
            continue
        start = found.start() + len(found["name"]) - kind - len(head)
        said = text[start : found.end()]
        if house:
            said = said.replace(found["house"] + "号", arabic(found["house"]) + "号")
        yield _Part(start, found.end(), {"road": said})
    for found in say.LANE.finditer(text):
        if found["court"]:
            yield _Part(
                found.start(), found.end(), {"road": arabic(found["court"]) + found[0][len(found["court"]) :]}
            )
        else:
            yield _Part(found.start(), found.end(), {"road": found[0]})


def _estates(text: str) -> Iterator[_Part]:
    for pattern in (say.ESTATE_END, say.ESTATE_END_LOOSE):
        for found in pattern.finditer(text):
            head = say.ESTATE_HEAD.search(text, max(0, found.start() - 8), found.start())
            if head is None:
                continue
            cut = _STOP.match(head[0])
            start = head.start() + (cut.end() if cut else 0)
            name = text[start : found.end()]
            stem = _ESTATE_TAIL.sub("", name)
            if len(name) >= 3 and len(stem) >= 2 and not _VAGUE_ESTATE.match(stem):
                yield _Part(start, found.end(), {"estate": name})


def _follow(text: str, taken: _Taken) -> None:
    """Rooms and house numbers that are only understood from what stands before them."""
    _drop_lonely(text, taken)
    for part in sorted(taken.parts, key=lambda part: part.start):
        last = max(part.fields, key=lambda name: _RANK[name])
        if last in {"building", "unit", "floor"}:
            found = say.ROOM_BEHIND.match(text, part.end)
            if found:
                start = part.end + len(found[0]) - len(found[0].lstrip(" -—,，的"))
                if found["side"]:
                    taken.add(_Part(start, found.end(), {"spot": text[start : found.end()]}))
                    continue
                if found["pair"] and last != "unit":
                    continue  # 15-2 is a room only behind a unit
                room = next(said for said in found.groups() if said).replace(" ", "")
                if found["halves"]:
                    room = "0".join(map(arabic, room.split("零")))  # 十六零二 is 1602
                taken.add(_Part(start, found.end(), {"room": _identifier(room)}))
        elif last in {"estate", "road"}:
            found = say.HOUSE.match(text, part.end)
            if found:
                end = found.end()
                taken.add(_Part(part.end, end, {"building": _identifier(found["id"])}))
                behind = say.ROOM_BEHIND.match(text, end)
                if behind and behind["id"]:
                    taken.add(_Part(end, behind.end(), {"room": _identifier(behind["id"])}))


def _drop_lonely(text: str, taken: _Taken) -> None:
    """Without a building before or a room behind it, 2门 or 3梯 is no unit."""
    ends = {part.end for part in taken.parts if "building" in part.fields or "estate" in part.fields}
    taken.parts = [
        part
        for part in taken.parts
        if not part.behind_only
        or _before_gap(text, part.start) in ends
        or say.DOOR_FOLLOWED.match(text, part.end)
    ]


def _before_gap(text: str, start: int) -> int:
    """Where the word before `start` ends, a blank or comma between them not counted."""
    near = text[max(0, start - 3) : start]
    return start - len(near) + len(near.rstrip(" ,，的"))


def _sites(text: str) -> Iterator[_Part]:
    for found in say.SITE.finditer(text):
        sites = found["sites"]
        if not found["relation"] and say.is_thing(sites):
            continue
        said = found[0].rstrip("的")
        yield _Part(found.start(), found.start() + len(said), {"spot": said})


def _beside(text: str, taken: _Taken) -> None:
    """后面, 楼下, 对面 directly behind a building, an estate or a road is the spot."""
    for part in list(taken.parts):
        if "parking" in part.fields:
            continue
        found = say.RELATION.match(text, part.end)
        if found:
            start = found.start("relation")
            taken.add(_Part(start, found.end(), {"spot": found["relation"]}))


def _grouped(text: str, parts: list[_Part]) -> Iterator[tuple[_Part, bool]]:
    """Parts joined into places; True when a place continues the list that the one before began."""
    current: _Part | None = None
    listed = False
    for part in parts:
        if current is None:
            current = part
            continue
        gap = _GLOSS.sub("", text[current.end : part.start])
        if not gap and _is_wing(current, part):
            current.end = part.end  # 2号楼A座806
            continue
        if _fits(current, part, gap):
            if "spot" in current.fields and "spot" in part.fields:
                part.fields["spot"] = current.fields["spot"] + gap + part.fields["spot"]
            current.fields.update(part.fields)
            current.end = part.end
            current.estate_id = current.estate_id or part.estate_id
            continue
        yield current, listed
        listed = _LIST.match(gap) is not None
        current = part
    if current is not None:
        yield current, listed


def _is_wing(current: _Part, part: _Part) -> bool:
    """A座 directly behind a numbered building is a part of it."""
    house, wing = current.fields.get("building", ""), part.fields.get("building", "")
    return (
        set(part.fields) == {"building"}
        and house.isdecimal()
        and wing.isalpha()
        and _RANK["building"] == max(_RANK[name] for name in current.fields)
    )


def _fits(current: _Part, part: _Part, gap: str) -> bool:
    if len(gap) > 10 or "和" in gap:
        return False
    if gap in ("", "的") and set(part.fields) == {"spot"} and "spot" in current.fields:
        return True  # 楼下 + 烧烤摊
    if any(name in current.fields for name in part.fields):
        return False
    highest = max(_RANK[name] for name in current.fields)
    if highest == _RANK["spot"]:
        only = set(current.fields) <= {"spot", "estate"}
        return gap in ("", "的", " ") and only and "building" in part.fields
    in_order = part.rank > highest or (part.rank == 0 and highest == 0)
    return in_order and _LINK.match(gap) is not None


def _whole(text: str, groups: Iterator[tuple[_Part, bool]]) -> list[Place]:
    """Places with what they take over from one another, and the floor worked out from the room."""
    return completed(text, [(_place(text, part), listed) for part, listed in groups])


def _place(text: str, part: _Part) -> Place:
    given = {name: part.fields.get(name, "") for name in _NAMED}
    floor, derived = given["floor"], False
    if not floor and given["room"]:
        floor = _floor_of(given["room"])
        derived = bool(floor)
    return Place(
        span=(part.start, part.end),
        raw=text[part.start : part.end],
        estate=given["estate"],
        estate_id=part.estate_id,
        building=given["building"],
        unit=given["unit"],
        floor=floor,
        room=given["room"],
        parking=given["parking"],
        spot=given["spot"],
        road=given["road"],
        floor_derived=derived,
    )


def _floor_of(room: str) -> str:
    figures = room.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not figures.isdecimal() or not 3 <= len(figures) <= 4:
        return ""
    return figures[:-2].lstrip("0")
