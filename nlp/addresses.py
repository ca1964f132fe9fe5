"""Makes whole addresses of the pieces said in one message: what a room owes to the building named near it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.reading import Place

_WITHIN = 40  # characters between two places that share a building
_DENIED = re.compile(r"(?:并?不是|不在|并非|而非|不住|没在)(?:我们?|的|在|住|说的?|那个?)*\Z")
# Between two places: the first was only named to be ruled out.
_RULED_OUT = re.compile(r"[，,\s]?(?:并?不是|并非|不在)[^，。！？,!?\n\d]{0,8}[，,\s]?(?:而?是|而?在)\Z")
# Between two places: the first is where the writer lives, the second what the message is about.
_ABOUT = re.compile(
    r"[^。！？!?\n]{0,16}(?:反映|投诉|举报|要说的?|说的?是|说说|路过|经过|走到|走过|看到|看见|发现|报一?下|报修)[^，。！？,!?\n]{0,6}\Z"
)
_LIVES = re.compile(r"(?:我(?:自己)?(?:是|住|在|家|家是|家在|家住)?|家?住在?|本人|俺)(?:是|住在?|在)?\Z")
_EARLIER = re.compile(r"(?:上次|上回|以前|之前|原来|前面)[^，。！？,!?\n]{0,7}\Z")
_THIS_TIME = re.compile(r"(?:这次|这回|现在|今天|今儿|如今)[^，。！？,!?\n]{0,7}\Z")
_ELSEWHERE = re.compile(r"(?:对面|旁边|隔壁|后面|前面|靠近|挨着|附近)的?(?:那栋|是)?\Z")
_BETWEEN = 16  # characters between two places that may rule out the first
_LOOK_BACK = 12  # characters before a place that may deny it


def completed(text: str, places: Sequence[tuple[Place, bool]]) -> list[Place]:
    """The places with what they take over from those before and behind; those denied are left out.

    Each comes with whether it continues a list that the one before began (3号楼501、502).
    """
    kept = _kept(text, places)
    found: list[Place] = []
    for place, listed in kept:
        found.append(_inherit(place, found[-1], listed) if found else place)
    for at in range(len(found) - 2, -1, -1):
        found[at] = _take_back(text, found[at], found[at + 1 :])
    return found


def _kept(text: str, places: Sequence[tuple[Place, bool]]) -> list[tuple[Place, bool]]:
    """Without "不是6号楼", and without last time's place where this time's is told."""
    if len(places) < 2:
        return list(places)
    before = [text[max(0, place.span[0] - _LOOK_BACK) : place.span[0]] for place, _ in places]
    renewed = any(_THIS_TIME.search(words) for words in before)
    left: list[tuple[Place, bool]] = []
    for at, ((place, listed), words) in enumerate(zip(places, before, strict=True)):
        behind = places[at + 1][0].span[0] if at + 1 < len(places) else 0
        if behind - place.span[1] <= _BETWEEN and _RULED_OUT.match(text[place.span[1] : behind]):
            continue  # 我住6栋，不是我家的事，是9栋
        if renewed and _EARLIER.search(words):
            continue
        if _is_home(text, place, places[at + 1][0] if at + 1 < len(places) else None, words):
            continue
        if "是不是" not in words and _DENIED.search(words):
            if left and place.building and (place.unit or place.room):
                left.append((replace(place, building=""), listed))  # 是5号楼不是6号楼，2单元
            continue
        left.append((place, listed))
    return left or list(places)


def _is_home(text: str, place: Place, behind: Place | None, words: str) -> bool:
    """我住2号楼，要说的是7号楼门口那个坑: the matter is at the other house."""
    if behind is None or not place.building or behind.building in ("", place.building):
        return False
    between = text[place.span[1] : behind.span[0]]
    return len(between) <= _WITHIN and _LIVES.search(words) is not None and _ABOUT.match(between) is not None


def _inherit(place: Place, before: Place, listed: bool) -> Place:
    near = place.span[0] - before.span[1] <= _WITHIN
    inner = bool(place.unit or place.room or (place.floor and listed))
    if inner and not place.building and before.building and near and not place.estate and not place.road:
        place = replace(place, building=before.building, unit=place.unit or before.unit, road=before.road)
        if listed and not place.room and not place.floor and place.unit and before.room:
            return place
    if not place.estate and not place.road and before.estate:
        place = replace(place, estate=before.estate, estate_id=place.estate_id or before.estate_id)
    return place


def _take_back(text: str, place: Place, behind: Sequence[Place]) -> Place:
    """601室漏水，6号楼2单元: what is told of the house afterwards belongs to the room told first."""
    if place.building or place.road or place.parking or not (place.unit or place.room):
        return place
    house = next((other for other in behind if other.building), None)
    if house is None or house.span[0] - place.span[1] > _WITHIN or house.spot:
        return place
    if (house.room and place.room and house.raw != place.raw and _own_room(house)) or (
        house.unit and place.unit and house.unit != place.unit
    ):
        return place
    if _ELSEWHERE.search(text[max(0, house.span[0] - 8) : house.span[0]]):
        return place
    return replace(
        place,
        building=house.building,
        unit=place.unit or house.unit,
        estate=place.estate or house.estate,
        estate_id=place.estate_id or house.estate_id,
    )


def _own_room(house: Place) -> bool:
    """The room was said together with its building, as one address of its own."""
    return house.room in house.raw and any(mark in house.raw for mark in ("栋", "幢", "楼", "座", "#", "-"))
