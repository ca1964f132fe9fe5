"""The colours of all pictures: Okabe and Ito's, told apart by colour-blind people and in grey print."""

from __future__ import annotations

from typing import Final

INK: Final = "#1F2A24"
GREY: Final = "#5B6660"
LINE: Final = "#D5DBD7"
PAPER: Final = "#FFFFFF"
GROUND: Final = "#F2F5F3"
GREEN: Final = "#2F6B4F"  # the office's own, for headings
ORANGE: Final = "#E69F00"  # what comes in
BLUE: Final = "#0072B2"  # what goes out
SKY: Final = "#56B4E9"  # in time
VERMILLION: Final = "#D55E00"  # late
STEPS: Final = ("#EDF2F5", "#C5DDEC", "#8FBFDD", "#4F97C6", "#0072B2", "#00395A")
"""From none to most: one hue whose lightness falls, so that it also reads in grey."""
