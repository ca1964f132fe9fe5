"""The shipped classifier: a linear model over character n-grams, read and evaluated in plain Python.

All classes of a feature are summed at once: its weights lie side by side in one long integer, one lane
of 32 bits a class, so that adding two integers adds all classes. A class is a leaf or a part of a leaf
("recruitment.teacher"); the parts help the model and the figures, outside only leaves are seen.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import struct
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from operator import add, mul
from pathlib import Path

from nlp.classifier import Classified
from nlp.reading import CategoryGuess

SHIPPED = Path(__file__).parent / "data" / "model.bin"
LONGEST_GRAM = 4
SIGN = "0"  # stands for any Latin word or number; alone it says nothing
NEUTRAL = 128  # how a weight of nothing is stored

_MAGIC = b"minxinqiao model 1\n"
_LANE = 4  # bytes
_BUDGET = 1 << 23  # sum of all feature factors of a text: 2**23 * 255 fits a lane
_FALLBACK = "other"  # where a text goes of which no n-gram is known
_NOTHING_HEARD = 2.0  # how far before the others, as a logit: a guess, not a verdict
_MARKS = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[A-Za-z0-9]+")
_DOUBT = 0.5  # how much flatter a layer hears what the model below believes
_FAINT = 0.01  # a belief below this is not heard
_WHY_LIMIT = 600  # characters searched for the words that decided
_WHY_WORDS = 4
_WHY_SHARE = 0.25  # a word must weigh this much of the strongest one


def grams(text: str) -> list[str]:
    """The character n-grams of a normalised text, in any order; marks cut, Latin and digits are one sign."""
    found: list[str] = []
    for run in _MARKS.split(_LATIN.sub(SIGN, text)):
        found += run
        found += map("".join, itertools.pairwise(run))
        found += map("".join, zip(run, run[1:], run[2:], strict=False))
        found += map("".join, zip(run, run[1:], run[2:], run[3:], strict=False))
    return found


def leaf_of(label: str) -> str:
    """The leaf of a class: "recruitment" of "recruitment.teacher"."""
    return label.partition(".")[0]


def believed(label: str) -> str:
    """The key under which a layer holds how far the model below believes in a class; no n-gram looks like it."""
    return f"\x02{label}"


def beliefs(logits: Sequence[float]) -> list[float]:
    """How far a model believes in each class, as features of the layer above it: their squares add up to one."""
    return list(map(math.sqrt, softmax([logit * _DOUBT for logit in logits])))


@dataclass(frozen=True)
class Weights:
    """The numbers of a model, as they are stored."""

    classes: tuple[str, ...]
    keys: tuple[str, ...]  # n-grams
    rarity: array[float]  # inverse document frequency of each key
    scale: array[float]  # what one step of a key's row is worth
    rows: bytes  # len(keys) rows of len(classes) steps, NEUTRAL for 0
    bias: array[float]
    temperature: float  # factor from scores to logits
    about: Mapping[str, str | int | float]  # how it was made


class LinearModel:
    """Files texts under leaves with calibrated probabilities. Safe to share between threads.

    A model may lie on another one with the same classes: what an office learned, on top of what is shipped.
    """

    def __init__(self, weights: Weights, below: LinearModel | None = None) -> None:
        if below is not None and below.classes != weights.classes:
            raise ValueError("the model was made for another catalogue than the one below it")
        self.weights = weights
        self.below = below
        self.classes: tuple[str, ...] = weights.classes
        self._number = {key: at + 1 for at, key in enumerate(weights.keys)}  # from 1: 0 would be dropped
        told = [self._number.get(believed(name), 0) for name in weights.classes]
        self._believed = told if any(told) else []  # of a layer that hears what the model below believes
        self._headings = _equal_columns(weights) if self._believed else []  # classes that it moves together
        self._rarity = [0.0, *weights.rarity]
        self._scale = [0.0, *weights.scale]
        self._bias = list(weights.bias)
        self._heated = [value * weights.temperature for value in weights.bias]
        self._lanes: dict[int, int] = {}  # grows to half a kilobyte a feature, for features that are used
        self._leaves = tuple(dict.fromkeys(map(leaf_of, weights.classes)))
        order = {leaf: at for at, leaf in enumerate(self._leaves)}
        self._own: list[list[int]] = [[] for _ in self._leaves]  # classes of each leaf
        for at, label in enumerate(weights.classes):
            self._own[order[leaf_of(label)]].append(at)
        self._first = [own[0] for own in self._own]
        self._parts = [(home, at) for home, own in enumerate(self._own) for at in own[1:]]

    @classmethod
    def load(cls, path: Path | None = None, below: LinearModel | None = None) -> LinearModel:
        """Read a model file (default: the shipped one). ValueError when it is none."""
        return cls(decode((path or SHIPPED).read_bytes()), below)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all; the model below is not part of it."""
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(encode(self.weights))
        beside.replace(path)

    def scores(self, text: str) -> list[float]:
        """One score per class of this model alone, before the temperature."""
        return self._sum(self._factors(text))

    def logits(self, text: str) -> list[float]:
        """One calibrated logit per class, the models below included."""
        return self._listen(text)[1]

    def probabilities(self, text: str) -> dict[str, float]:
        """Calibrated probability of each class."""
        return dict(zip(self.classes, softmax(self.logits(text)), strict=True))

    def leaf_probabilities(self, text: str) -> dict[str, float]:
        """Calibrated probability of each leaf."""
        return dict(zip(self._leaves, self._by_leaf(softmax(self.logits(text))), strict=True))

    def classify(self, text: str, words: Sequence[str]) -> Classified:
        """The three likeliest leaves of a normalised text, and its words that decided for the first."""
        heard, logits = self._listen(text)
        shares = softmax(logits)
        sums = self._by_leaf(shares)
        best = _three_largest(sums)
        guesses = tuple(CategoryGuess(self._leaves[at], round(sums[at], 4)) for at in best)
        if not words:
            return Classified(guesses, ())
        return Classified(guesses, self._why(max(self._own[best[0]], key=shares.__getitem__), heard, words))

    def _layers(self) -> list[LinearModel]:
        return [self] if self.below is None else [self, *self.below._layers()]

    def _listen(self, text: str) -> tuple[list[_Heard], list[float]]:
        """What each layer found, this one first, and the logits of all: a temperature applies to all below as well."""
        found: list[_Heard] = []
        logits: list[float] = []
        for layer in reversed(self._layers()):
            known = any(heard.factors for heard in found)
            heard = layer._factors(text, logits if known else ())
            heat = layer.weights.temperature
            if layer._headings and logits:
                logits = _moved(logits, layer._sum(heard), layer._headings, heat)
            elif logits:
                logits = [score * heat for score in map(add, logits, layer._sum(heard))]
            else:
                logits = layer._sum(heard, heat)
            found.insert(0, heard)
        if not any(heard.factors for heard in found) and _FALLBACK in self.classes:
            logits[self.classes.index(_FALLBACK)] = max(logits) + _NOTHING_HEARD
        return found, logits

    def _by_leaf(self, shares: Sequence[float]) -> list[float]:
        sums = [shares[at] for at in self._first]
        for home, at in self._parts:
            sums[home] += shares[at]
        return sums

    def _factors(self, text: str, below: Sequence[float] = ()) -> _Heard:
        """How much each known n-gram counts, as whole numbers, and what one of them is worth.

        `below` are the logits of the model below, for a layer that hears what it believes.
        """
        counts = Counter(filter(None, map(self._number.get, grams(text))))
        values = [
            rarity if count == 1 else rarity * (1 + math.log(count))
            for rarity, count in zip(map(self._rarity.__getitem__, counts), counts.values(), strict=True)
        ]
        raw = list(map(mul, values, map(self._scale.__getitem__, counts)))
        length = sum(map(mul, values, values)) or 1.0
        numbers = list(counts)
        if below and self._believed:
            whole = math.sqrt(length)
            for known, share in zip(self._believed, beliefs(below), strict=True):
                if known and share > _FAINT:
                    numbers.append(known)
                    raw.append(share * whole * self._rarity[known] * self._scale[known])
        unit = sum(raw) / _BUDGET
        if not unit:
            return _Heard({}, 0.0)
        factors = {known: round(value / unit) for known, value in zip(numbers, raw, strict=True)}
        return _Heard(factors, unit / math.sqrt(length))

    def _sum(self, heard: _Heard, heat: float = 1.0) -> list[float]:
        """The scores, each times `heat`."""
        factors, unit = heard.factors, heard.unit * heat
        bias = self._bias if heat == 1.0 else self._heated
        if not factors:
            return list(bias)
        held = self._lanes
        for known in factors:
            if known not in held:
                self._hold(known)
        sums = sum(map(mul, map(held.__getitem__, factors), factors.values()))
        totals = array("I", sums.to_bytes(len(self.classes) * _LANE, "little"))
        if sys.byteorder == "big":
            totals.byteswap()
        neutral = NEUTRAL * sum(factors.values())
        low = neutral * unit
        return [t * unit - low + b for t, b in zip(totals, bias, strict=True)]

    def _hold(self, known: int) -> None:
        """Spread a feature's weights into lanes, and keep them for the next text."""
        width = len(self.classes)
        lanes = bytearray(width * _LANE)
        lanes[::_LANE] = self.weights.rows[(known - 1) * width : known * width]
        self._lanes[known] = int.from_bytes(lanes, "little")

    def _why(self, at: int, heard: Sequence[_Heard], words: Sequence[str]) -> tuple[str, ...]:
        """The words whose n-grams spoke most for the class `at`."""
        spoke: dict[str, float] = {}
        length = 0
        for word in words:
            length += len(word)
            if length > _WHY_LIMIT:
                break
            if len(word) < 2 or word in spoke or not "\u3400" <= word[0] <= "\u9fff":
                continue
            found = {
                word[i:j]
                for i in range(len(word))
                for j in range(i + 1, min(i + LONGEST_GRAM, len(word)) + 1)
            }
            spoke[word] = sum(
                layer._speaks(at, found, factors)
                for layer, factors in zip(self._layers(), heard, strict=True)
            )
        ranked = sorted(spoke, key=lambda word: (-spoke[word], word))[:_WHY_WORDS]
        return tuple(word for word in ranked if spoke[word] > max(0.0, _WHY_SHARE * spoke[ranked[0]]))

    def _speaks(self, at: int, found: Iterable[str], heard: _Heard) -> float:
        """How much these n-grams of a heard text add to the score of one class."""
        width, rows, factors = len(self.classes), self.weights.rows, heard.factors
        total = 0
        for known in filter(None, map(self._number.get, found)):
            total += (rows[(known - 1) * width + at] - NEUTRAL) * factors.get(known, 0)
        return total * heard.unit


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a model found in a text: factors by feature, and the worth of one step."""

    factors: Mapping[int, int]
    unit: float


def softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    powers = [exp(logit - highest) for logit in logits]
    share = 1 / sum(powers)
    return [power * share for power in powers]


def _three_largest(sums: Sequence[float]) -> list[int]:
    """Where the three largest stand, the largest first; of equals the first."""
    left, found = list(sums), []
    for _ in range(min(3, len(left))):
        at = left.index(max(left))
        found.append(at)
        left[at] = -1.0
    return found


def encode(weights: Weights) -> bytes:
    """The bytes of a model file."""
    head = {"classes": weights.classes, "temperature": weights.temperature, "about": dict(weights.about)}
    columns, rows = _columns_once(weights.rows, len(weights.classes))
    if len(set(columns)) < len(columns):
        head["columns"] = columns
    parts = (
        json.dumps(head, ensure_ascii=False, sort_keys=True).encode(),
        "\n".join(weights.keys).encode(),
        _floats_out(weights.rarity),
        _floats_out(weights.scale),
        _floats_out(weights.bias),
        rows,
    )
    body = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    return _MAGIC + zlib.compress(body, 9)


def decode(data: bytes) -> Weights:
    """The model of a file's bytes. ValueError when they are no model."""
    if not data.startswith(_MAGIC):
        raise ValueError("not a model file of this version")
    try:
        body = zlib.decompress(data[len(_MAGIC) :])
        head, keys, rarity, scale, bias, rows = _parts(body)
        told = json.loads(head)
        weights = Weights(
            classes=tuple(told["classes"]),
            keys=tuple(keys.decode().split("\n")) if keys else (),
            rarity=_floats_in(rarity),
            scale=_floats_in(scale),
            rows=_columns_apart(rows, told["columns"]) if "columns" in told else rows,
            bias=_floats_in(bias),
            temperature=float(told["temperature"]),
            about=told["about"],
        )
    except (zlib.error, struct.error, KeyError, UnicodeDecodeError) as error:
        raise ValueError("the model file is damaged") from error
    if len(weights.rows) != len(weights.keys) * len(weights.classes):
        raise ValueError("the model file is damaged: its weights do not fit its classes")
    return weights


def _equal_columns(weights: Weights) -> list[list[int]]:
    """The classes that have the same weights: those of one heading."""
    found: dict[int, list[int]] = {}
    for at, column in enumerate(_columns_once(weights.rows, len(weights.classes))[0]):
        found.setdefault(column, []).append(at)
    return list(found.values())


def _moved(
    below: Sequence[float], scores: Sequence[float], headings: Sequence[Sequence[int]], heat: float
) -> list[float]:
    """The logits after a layer of headings: its heat lies between the headings, inside of one nothing changes."""
    highest = max(below)
    moved = list(below)
    for classes in headings:
        whole = highest + log(sum(exp(below[at] - highest) for at in classes))
        for at in classes:
            moved[at] = below[at] - whole + heat * (whole + scores[at])
    return moved


def _columns_once(rows: bytes, width: int) -> tuple[list[int], bytes]:
    """Which column each class has, and rows in which equal columns stand once: classes of one heading share theirs."""
    found: dict[bytes, int] = {}
    columns = [found.setdefault(rows[at::width], len(found)) for at in range(width)]
    kept = bytearray(len(rows) // width * len(found))
    for column, at in found.items():
        kept[at :: len(found)] = column
    return columns, bytes(kept)


def _columns_apart(rows: bytes, columns: Sequence[int]) -> bytes:
    """Rows in which every class has a column of its own again."""
    kept = max(columns) + 1
    whole = bytearray(len(rows) // kept * len(columns))
    for at, column in enumerate(columns):
        whole[at :: len(columns)] = rows[column::kept]
    return bytes(whole)


def _parts(body: bytes) -> Iterable[bytes]:
    at = 0
    while at < len(body):
        (length,) = struct.unpack_from("<I", body, at)
        yield body[at + 4 : at + 4 + length]
        at += 4 + length


def _floats_out(values: array[float]) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def _floats_in(data: bytes) -> array[float]:
    return array("f", struct.unpack(f"<{len(data) // 4}f", data))


@cache
def shipped_model() -> LinearModel:
    """The shipped model, loaded once."""
    return LinearModel.load()
