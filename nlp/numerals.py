"""Chinese numerals as people write them for houses, hours and ages."""

from __future__ import annotations

DIGIT_CHARS = "零〇○一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖"
NUMERAL = f"[{DIGIT_CHARS}十百]"

_DIGITS = {
    "俩": 2, "仨": 3,
    "零": 0, "〇": 0, "○": 0, "一": 1, "幺": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100}


def arabic(said: str) -> str:
    """The figures for a numeral: 三 → 3, 二十三 → 23, 五零一 → 501; other characters stay."""
    if not said or said.isascii():
        return said
    if "廿" in said:
        said = said.replace("廿", "二十")
    if all(char in _DIGITS for char in said):
        return "".join(str(_DIGITS[char]) for char in said)
    if all(char in _DIGITS or char in _UNITS for char in said):
        return str(_value(said))
    return "".join(str(_DIGITS[char]) if char in _DIGITS else char for char in said)


def number(said: str) -> int | None:
    """The value of a numeral in figures or characters, None when it is neither."""
    figures = arabic(said)
    return int(figures) if figures.isdecimal() and figures.isascii() else None


def _value(said: str) -> int:
    total = digit = 0
    unit = 10
    for char in said:
        if char in _UNITS:
            unit = _UNITS[char]
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _DIGITS[char]
    if digit and said[-1] not in _UNITS and len(said) > 1 and said[-2] in "百千" and said[-2] != "零":
        digit *= unit // 10  # 一百二 is 120
    return total + digit
