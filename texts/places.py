"""A place in words, the way a neighbour would say it."""

from __future__ import annotations

PINNED = "（已发定位）"


def place_words(
    estate: str = "",
    building: str = "",
    unit: str = "",
    floor: str = "",
    room: str = "",
    parking: str = "",
    spot: str = "",
    road: str = "",
) -> str:
    """ "幸福里小区3号楼2单元501室"; parts that were not said are left out."""
    words = road + estate
    if building:
        words += building_words(building)
    if unit:
        words += f"{unit}单元"
    if floor and not room:
        words += f"负{floor[1:]}层" if floor.startswith("-") else f"{floor}层"
    if room:
        words += f"{room}室"
    if parking:
        words += f"车位{parking}"
    return f"{words} {spot}".strip() if spot and words else words + spot


def building_words(building: str) -> str:
    """ "3号楼", "A座"; a name that has its measure word keeps it."""
    if building[-1:] in "楼幢栋座":
        return building
    return f"{building}座" if building.isascii() and building.isalpha() else f"{building}号楼"
