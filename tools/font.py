"""Cut the pictures' font out of Debian's Noto Sans CJK: GB 2312, its traditional forms, Big5 level 1, Latin.

python tools/font.py SOURCE.ttc

Needs fontTools (`uv run --with fonttools ...`). Writes reports/fonts/NotoSansSC-Subset.otf and widths.json,
the advances of all characters that are not one em wide.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import opencc
from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "reports" / "fonts"
FONT = FONTS / "NotoSansSC-Subset.otf"
WIDTHS = FONTS / "widths.json"
FAMILY = "Noto Sans CJK SC"
SIGNS = "—–…·•°±×÷←↑→↓▲▼△▽■□●○★☆√‰℃￥「」『』《》〈〉【】〔〕（），。、；：？！“”‘’～％＋－＝／"
OURS = ("texts", "domain/data")  # whoever writes a rarer character there gets it into the font


def main(source: Path) -> None:
    font = next(f for f in TTCollection(source).fonts if f["name"].getDebugName(1) == FAMILY)
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        drop_tables=["VORG", "BASE", "vhea", "vmtx", "GSUB", "GPOS", "GDEF"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(char) for char in wanted()}))
    cutter.subset(font)
    subset.save_font(font, str(FONT), options)
    WIDTHS.write_text(json.dumps(widths(TTFont(FONT)), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    count = len(TTFont(FONT).getBestCmap())
    sys.stdout.write(f"{FONT.name}: {FONT.stat().st_size:,} bytes, {count:,} characters\n")


def wanted() -> Iterator[str]:
    yield from map(chr, range(0x20, 0x7F))
    yield from SIGNS
    mainland = "".join(_double_bytes("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)))
    yield from mainland
    for variant in ("s2t", "s2tw", "s2hk"):
        yield from opencc.OpenCC(variant).convert(mainland)
    yield from _double_bytes("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in {".py", ".toml"}:
                yield from (char for char in path.read_text(encoding="utf-8") if 0x2E80 <= ord(char) < 0xFFF0)


def _double_bytes(encoding: str, first: range, second: range | list[int]) -> Iterator[str]:
    for high in first:
        for low in second:
            yield bytes((high, low)).decode(encoding, errors="ignore")[:1] or " "


def widths(font: TTFont) -> dict[str, float]:
    """Advances in em of the characters that are not one em wide."""
    em = font["head"].unitsPerEm
    names = sorted(font.getBestCmap().items())
    advances = {chr(code): font["hmtx"][name][0] / em for code, name in names}
    return {char: round(advance, 3) for char, advance in advances.items() if advance != 1}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
