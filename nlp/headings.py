"""Learns how an office files: one support vector machine a label, all at once, in plain Python.

What a row is known by: its n-grams and what the model below took it for. So a few hundred rows are enough to learn which of
our leaves an office keeps under which of its headings, and many rows teach its own words. The machines are
solved by dual coordinate descent (Hsieh et al. 2008); the weights of a feature for all labels lie side by side in one
long integer, as in nlp.training.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from random import Random

from nlp.lanes import pack, unpack
from nlp.model import NEUTRAL, LinearModel, Weights, beliefs, believed, grams

ROUNDS = 10
FEATURES = 60_000  # most n-grams of one layer
FEW_ROWS = 300  # of fewer rows than this every n-gram is learned, of more only what two rows share
PAIRS = 1.5  # what an n-gram of two characters counts
BELIEF, MOST_BELIEF = 12.0, 1.5  # how much the model below counts as a feature: by the root of the rows
# how loud the machines of 100 rows speak beside the model below, how that grows with the rows, and the most
VOICE, GROWTH, LOUDEST = 3.0, 0.75, 30.0

_FINE = 1 << 30  # steps of a weight of 1
_STEPS = 1 << 10  # steps of a factor of 1
_SMALLEST = 1e-3  # a change below this is none


@dataclass(frozen=True, slots=True)
class _Task:
    """A row made ready: its features with their factors, and the label it should have."""

    features: list[int]
    factors: list[int]
    right: int  # number of its label
    length: float  # squared


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """The n-grams that are learned, and how much each counts."""

    keys: list[str]
    number: Mapping[str, int]
    rarity: list[float]


def learn_headings(
    base: LinearModel,
    rows: Sequence[tuple[str, str]],
    known: Mapping[str, Sequence[int]],
    step: Callable[[], None],
) -> LinearModel:
    """A layer on top of `base` of normalised texts and their labels; `known` says which classes a label stands for."""
    counted = [Counter(grams(text)) for text, _ in rows]
    alphabet = _alphabet(counted)
    belief = min(MOST_BELIEF, BELIEF / math.sqrt(len(rows)))
    labels = sorted({label for _, label in rows})
    at_label = {label: at for at, label in enumerate(labels)}
    tasks = [
        _task(counts, alphabet, [belief * share for share in beliefs(base.logits(text))], at_label[label])
        for (text, label), counts in zip(rows, counted, strict=True)
    ]
    weights = _solve(tasks, len(alphabet.keys) + len(base.classes) + 1, len(labels), step)
    voice = min(LOUDEST, VOICE * (len(rows) / 100) ** GROWTH)
    lanes = {at: at_label[label] for label, classes in known.items() if label in at_label for at in classes}
    return _layer(base, alphabet, belief, voice, weights, lanes, len(labels), len(rows))


def _alphabet(counted: Sequence[Counter[str]]) -> _Alphabet:
    seen = Counter(gram for counts in counted for gram in counts)
    fewest = 1 if len(counted) < FEW_ROWS else 2
    often = [gram for gram, times in seen.items() if times >= fewest]
    keys = sorted(sorted(often, key=lambda gram: (-seen[gram], gram))[:FEATURES])
    rarity = [
        (math.log((1 + len(counted)) / (1 + seen[key])) + 1) * (PAIRS if len(key) == 2 else 1.0)
        for key in keys
    ]
    return _Alphabet(keys, {key: at for at, key in enumerate(keys)}, rarity)


def _task(counts: Counter[str], alphabet: _Alphabet, shares: Sequence[float], right: int) -> _Task:
    """N-grams first, then the classes of the model below, then one feature that every row has."""
    number, rarity = alphabet.number, alphabet.rarity
    features = [number[gram] for gram in counts if gram in number]
    values = [
        rarity[number[gram]] * (1 + math.log(times)) for gram, times in counts.items() if gram in number
    ]
    unit = math.sqrt(sum(map(mul, values, values))) or 1.0
    factors = [round(value / unit * _STEPS) for value in values]
    first = len(alphabet.keys)
    for at, share in enumerate(shares):
        factor = round(share * _STEPS)
        if factor:
            features.append(first + at)
            factors.append(factor)
    features.append(first + len(shares))
    factors.append(_STEPS)
    return _Task(features, factors, right, sum(map(mul, factors, factors)) / _STEPS**2)


def _solve(tasks: Sequence[_Task], width: int, labels: int, step: Callable[[], None]) -> list[int]:
    """The weights of all features. A label of few rows counts as much as one of many."""
    weights = [0] * width
    rows_of = Counter(task.right for task in tasks)
    rare = [labels * rows_of[at] / (2 * len(tasks)) for at in range(labels)]  # 1 / (2 C) of a right row
    alphas = [[0.0] * labels for _ in tasks]
    order = list(range(len(tasks)))
    shuffler = Random(0)
    for _ in range(ROUNDS):
        shuffler.shuffle(order)
        for at in order:
            _visit(tasks[at], alphas[at], weights, rare)
            step()
    return weights


def _visit(task: _Task, alphas: list[float], weights: list[int], rare: Sequence[float]) -> None:
    """Bring one row's share in every machine to its best."""
    total = sum(map(mul, map(weights.__getitem__, task.features), task.factors))
    moves = [0] * len(alphas)
    for at, told in enumerate(unpack(total, len(alphas))):
        side = 1 if at == task.right else -1
        ease = rare[at] if side > 0 else 0.5
        slope = side * told / (_FINE * _STEPS) - 1 + ease * alphas[at]
        new = max(0.0, alphas[at] - slope / (task.length + ease))
        if abs(new - alphas[at]) > _SMALLEST:
            moves[at] = round((new - alphas[at]) * side * _FINE / _STEPS)
            alphas[at] = new
    if any(moves):
        move = pack(moves)
        for feature, factor in zip(task.features, task.factors, strict=True):
            weights[feature] += move * factor


def _layer(
    base: LinearModel,
    alphabet: _Alphabet,
    belief: float,
    voice: float,
    packed: Sequence[int],
    lanes: Mapping[int, int],
    labels: int,
    learned: int,
) -> LinearModel:
    """The machines in the form of a model file; a class that no label stands for never gains."""
    keys = [*alphabet.keys, *map(believed, base.classes)]
    rarity = [*alphabet.rarity, *([belief] * len(base.classes))]
    kept = [at for at in range(len(keys)) if packed[at]]
    scale: list[float] = []
    rows = bytearray()
    for at in kept:
        values = [value / _FINE * voice for value in unpack(packed[at], labels)]
        unit = max(map(abs, values)) / 127 or 1e-9
        scale.append(unit)
        steps = [round(value / unit) + NEUTRAL for value in values]
        rows += bytes(
            steps[lanes[column]] if column in lanes else NEUTRAL for column in range(len(base.classes))
        )
    last = [value / _FINE * voice for value in unpack(packed[-1], labels)]
    least = [-voice] * len(base.classes)
    for column, lane in lanes.items():
        least[column] = last[lane]
    weights = Weights(
        classes=base.classes,
        keys=tuple(keys[at] for at in kept),
        rarity=array("f", [rarity[at] for at in kept]),
        scale=array("f", scale),
        rows=bytes(rows),
        bias=array("f", least),
        temperature=1.0,
        about={"learned": learned},
    )
    return LinearModel(weights, base)
