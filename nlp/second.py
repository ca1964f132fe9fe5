"""A second opinion on danger and intent: a small linear model over character n-grams.

The patterns of nlp.danger and nlp.intent are exact but know only wordings that somebody foresaw; this model
was trained on sentences (nlp/examples/danger, nlp/examples/intent; recipe in nlp/second_recipe.py) and
hears the rest. One table serves both questions: the weights of an n-gram for all classes lie side by side
in one long integer, so that a text costs one look-up and one addition an n-gram.
"""

from __future__ import annotations

import json
import math
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from nlp.reading import Danger, Intent

SHIPPED = Path(__file__).parent / "data" / "second.bin"
NOTHING = "none"  # the class of a text that tells of no danger
DANGERS: tuple[str, ...] = (NOTHING, *(danger.value for danger in Danger))
INTENTS: tuple[str, ...] = tuple(intent.value for intent in Intent)
WIDTH = len(DANGERS) + len(INTENTS)
NEUTRAL = 128  # how a weight of nothing is stored

_UNSAID = (NEUTRAL,) * len(INTENTS)
_MAGIC = b"minxinqiao second 1\n"
_LANE = 4  # bytes of a class in the long integer
_LATIN = re.compile(r"[A-Za-z]+")
_DIGITS = re.compile(r"[0-9０-９]+")
_ADDRESS = re.compile(
    r"第?(?:[A-Za-z]?\d{1,4}[A-Za-z]?|[A-Za-z甲乙丙丁东西南北]|[一二两三四五六七八九十百零]{1,4})\s?"
    r"(?:号楼|号院|号门|单元|栋|幢|座(?![位谈])|室(?!内|外)|号(?![线码])|[楼层](?=\d))(?:[东西中]户)?"
    r"|(?<![\d.])(?!110|119|120|122|114)\d{1,3}(?:[-—]\d{1,4}){1,2}(?![\d-])"
    r"|(?<![\d.])(?!110|119|120|122|114)\d{3,4}(?![\d.多块元米斤年]|\s?(?:块|元|米|斤|年))"
)
_MARKS = str.maketrans(
    {
        **dict.fromkeys(" \n\t、,;；:：…·—～~“”‘’\"'（）()《》【】", "，"),
        **dict.fromkeys(".!！", "。"),
        "?": "？",
    }
)
_LONGEST_HEARD = 240  # characters heard of a letter: the examples are not longer
_LONGEST_WORD = 10  # characters of the piece that is shown as the reason


def features(text: str) -> set[str]:
    """The character 1- to 4-grams of a normalised text; its two ends are signs of their own.

    House numbers are left out: where somebody lives tells neither a danger nor an intent.
    """
    plain = _DIGITS.sub("0", _LATIN.sub("a", _ADDRESS.sub("", text)))
    line = "^" + plain.translate(_MARKS) + "$"
    found = set(line)
    found.update(map("".join, pairwise(line)))
    found.update(map("".join, zip(line, line[1:], line[2:], strict=False)))
    found.update(map("".join, zip(line, line[1:], line[2:], line[3:], strict=False)))
    return found


def hint(name: str) -> str:
    """The feature that says what the patterns took the message for."""
    return "\x02" + name


@dataclass(frozen=True)
class Weights:
    """The numbers of the model, as they are stored."""

    keys: tuple[str, ...]  # n-grams and hints
    rows: bytes  # len(keys) rows of WIDTH steps, NEUTRAL for 0
    steps: tuple[float, float]  # worth of one step: of the danger classes, of the intent classes
    bias: tuple[float, ...]  # WIDTH of them
    about: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as the model holds it: the sum of its n-grams."""

    sums: Sequence[int]  # one a class
    found: int  # n-grams that the model knows


class SecondModel:
    """Gives probabilities of dangers and intents. Safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._rows: dict[str, int] = {}
        lanes = bytearray(WIDTH * _LANE)
        for at, key in enumerate(weights.keys):
            lanes[::_LANE] = weights.rows[at * WIDTH : (at + 1) * WIDTH]
            self._rows[key] = int.from_bytes(lanes, "little")

    @classmethod
    def load(cls, path: Path = SHIPPED) -> SecondModel:
        """Read a model file. ValueError when it is none."""
        return cls(decode(path.read_bytes()))

    def hear(self, text: str) -> Heard:
        """Look the n-grams of a normalised text up, once for both questions."""
        known = list(filter(None, map(self._rows.get, features(text[:_LONGEST_HEARD]))))
        return Heard(_lanes(sum(known)), len(known))

    def dangers(self, heard: Heard) -> dict[str, float]:
        """Probability of each danger being there now, and of none (NOTHING)."""
        step = self.weights.steps[0] / math.sqrt(heard.found or 1)
        neutral = NEUTRAL * heard.found
        logits = [
            (lane - neutral) * step + bias
            for lane, bias in zip(heard.sums, self.weights.bias[: len(DANGERS)], strict=False)
        ]
        return dict(zip(DANGERS, _softmax(logits), strict=True))

    def intents(self, heard: Heard, told: str) -> dict[str, float]:
        """Probability of each intent, `told` being the patterns' hint."""
        own = self.weights.steps[1]
        step = own / math.sqrt(heard.found or 1)
        neutral = NEUTRAL * heard.found
        said = self._rows.get(told)
        hinted = _lanes(said)[len(DANGERS) :] if said is not None else _UNSAID
        logits = [
            (lane - neutral) * step + (other - NEUTRAL) * own + bias
            for lane, other, bias in zip(
                heard.sums[len(DANGERS) :],
                hinted,
                self.weights.bias[len(DANGERS) :],
                strict=True,
            )
        ]
        return dict(zip(INTENTS, _softmax(logits), strict=True))

    def telling(self, text: str, danger: str) -> str:
        """The piece of the text that speaks most for a danger, at most ten characters."""
        at = DANGERS.index(danger)
        gains = [0.0] * len(text)
        for start in range(len(text)):
            for end in range(start + 1, min(start + 4, len(text)) + 1):
                row = self._rows.get(text[start:end])
                if row is None:
                    continue
                lanes = _lanes(row)
                gain = (lanes[at] - lanes[0]) / (end - start)
                for place in range(start, end):
                    gains[place] += gain
        return text[slice(*_heaviest(gains))].strip(" ，。！!,.？?、\n")


def _heaviest(gains: Sequence[float]) -> tuple[int, int]:
    """The span of at most ten places with the highest sum."""
    best, span = -math.inf, (0, 0)
    for start in range(len(gains)):
        total = 0.0
        for end in range(start + 1, min(start + _LONGEST_WORD, len(gains)) + 1):
            total += gains[end - 1]
            if total > best:
                best, span = total, (start, end)
    return span


def _lanes(sums: int) -> Sequence[int]:
    lanes = array("I", sums.to_bytes(WIDTH * _LANE, "little"))
    if sys.byteorder == "big":
        lanes.byteswap()
    return lanes


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def encode(weights: Weights) -> bytes:
    """The bytes of a model file."""
    head = {
        "classes": [DANGERS, INTENTS],
        "steps": weights.steps,
        "bias": weights.bias,
        "about": dict(weights.about),
    }
    # class by class: neighbouring bytes are alike and pack better
    columns = b"".join(weights.rows[at::WIDTH] for at in range(WIDTH))
    parts: Iterable[bytes] = (
        json.dumps(head, ensure_ascii=False, sort_keys=True).encode(),
        "\n".join(weights.keys).encode(),
        columns,
    )
    return _MAGIC + zlib.compress(b"".join(struct.pack("<I", len(part)) + part for part in parts), 9)


def decode(data: bytes) -> Weights:
    """The model of a file's bytes. ValueError when they are no model of these classes."""
    if not data.startswith(_MAGIC):
        raise ValueError("not a model file of this version")
    try:
        body = zlib.decompress(data[len(_MAGIC) :])
        head, names, columns = _parts(body)
        told = json.loads(head)
        keys = tuple(names.decode().split("\n"))
        first, second = map(float, told["steps"])
        classes = told["classes"]
    except (zlib.error, struct.error, KeyError, UnicodeDecodeError) as error:
        raise ValueError("the model file is damaged") from error
    if classes != [list(DANGERS), list(INTENTS)] or len(columns) != len(keys) * WIDTH:
        raise ValueError("the model file was made for other classes")
    rows = bytearray(len(columns))
    for at in range(WIDTH):
        rows[at::WIDTH] = columns[at * len(keys) : (at + 1) * len(keys)]
    return Weights(keys, bytes(rows), (first, second), tuple(map(float, told["bias"])), told["about"])


def _parts(body: bytes) -> Iterable[bytes]:
    at = 0
    while at < len(body):
        (length,) = struct.unpack_from("<I", body, at)
        yield body[at + 4 : at + 4 + length]
        at += 4 + length


@cache
def second_model() -> SecondModel:
    """The shipped model, loaded once."""
    return SecondModel.load()
