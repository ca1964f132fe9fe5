"""The worker that paints one picture: SVG on its input, PNG on its output. A script for reports/render.py.

It imports the painter and nothing of ours, so that it starts in some hundredths of a second.
"""

from __future__ import annotations

import sys

import resvg_py


def main(font: str, family: str) -> None:
    svg = sys.stdin.buffer.read().decode()
    picture = resvg_py.svg_to_bytes(
        svg_string=svg, font_files=[font], font_family=family, skip_system_fonts=True
    )
    sys.stdout.buffer.write(bytes(picture))


if __name__ == "__main__":
    main(*sys.argv[1:])
