"""Understanding residents: `read(text, places, now)` gives back what a message says."""

from nlp.personal import mask
from nlp.read import read, warm

__all__ = ["mask", "read", "warm"]
