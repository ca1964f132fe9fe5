"""Learns from an office's own rows: a layer of weights on top of the shipped model, in plain Python.

Corrections mend what was read wrong (here); an office's own headings over most of the catalogue are learned whole
(nlp.headings).

Each row is a text and the label it should have had; a label stands for one class of the model or for several
("城乡建设" for forty leaves), and then those of them gain that the model already thought of. A fifth of the rows is held out
(of few rows, each fifth in turn), and the learned model is taken only when it reads that fifth better. All classes are learned at once: a feature's
weights lie side by side in one long integer (see nlp.model), here with signs and 64 bits a lane.
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul
from random import Random

from nlp import headings
from nlp.lanes import pack, unpack
from nlp.model import NEUTRAL, LinearModel, Weights, grams, leaf_of, softmax
from nlp.normalise import normalise

Progress = Callable[[int, int], None]  # steps done, steps in all

ROUNDS = 8
ROWS_A_LABEL = 10  # fewer rows a label than this say only what was wrong, not how an office files
FEATURES = 60_000  # most n-grams of one layer
SEEN_IN = 2  # an n-gram of fewer rows is not learned
FEW_ROWS = 300  # of fewer rows than this every n-gram is learned
TURNS_BELOW = 1_000  # of fewer rows than this each fifth is held out in turn
PACE = 15.0  # how far the first steps go
PACE_OF_FEW = 6.0  # the same when few rows are learned
SLOWING = 0.35  # how much shorter they are from round to round
SMALLEST_STEP = 0.004  # a row that is read this well teaches nothing
HARDLY = 0.002  # accuracy and macro-F1 together that better certainty may cost
HELD_OUT = 5  # every fifth row
TRUST = 0.7  # how much of the model below counts beside what many rows taught; of few rows, all of it
FEWEST_ROWS = 10
# what the certainty of a new model may be taken times
HEATS = tuple(round(0.93**step, 3) for step in range(36))

_FINE = 1 << 24  # steps of a weight of 1
_STEPS = 1 << 10  # steps of a factor of 1


@dataclass(frozen=True, slots=True)
class Score:
    """How a model reads the held-out rows."""

    rows: int
    accuracy: float
    macro_f1: float
    surprise: float  # mean log loss

    def better_than(self, other: Score) -> bool:
        """More rows right; among as many right, those with clearly more certainty."""
        mine, theirs = self.macro_f1 + self.accuracy, other.macro_f1 + other.accuracy
        return (mine, -round(self.surprise, 2)) > (theirs, -round(other.surprise, 2))


@dataclass(frozen=True, slots=True)
class _Read:
    label: str
    guess: str
    share: float  # what the model gave to the label


@dataclass(frozen=True, slots=True)
class TrainResult:
    model: LinearModel  # the new one when taken, else the one that was given
    before: Score
    after: Score
    taken: bool
    rows: int  # learned from, the held-out ones included
    unknown: tuple[str, ...]  # labels that stand for no class: their rows were left out


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class _Task:
    """A row made ready: its features with their factors, what the base says, which classes are right."""

    features: list[int]
    factors: list[int]
    base: list[float]
    right: list[int]


_Learner = Callable[[LinearModel, Sequence[_Row], Mapping[str, list[int]], "_Steps"], LinearModel]


def train(
    base: LinearModel,
    rows: Sequence[tuple[str, str]],
    meaning: Mapping[str, Collection[str]] | None = None,
    progress: Progress | None = None,
) -> TrainResult:
    """Learn `rows` of (text, label) on top of `base`; the same rows always give the same model.

    A label is a leaf or class of the model unless `meaning` says which ones it stands for.
    """
    known, unknown = _read_meaning(base, rows, meaning or {})
    usable = [_Row(normalise(text).text, label) for text, label in rows if label in known]
    usable = sorted(set(usable), key=lambda row: (zlib.crc32(row.text.encode()), row.text, row.label))
    folds = _folds(usable)
    if len(usable) < FEWEST_ROWS or not folds:
        nothing = Score(0, 0.0, 0.0, 0.0)
        return TrainResult(base, nothing, nothing, False, len(usable), unknown)
    taught = _learner(base, known, usable)
    rounds = headings.ROUNDS if taught is _by_headings else ROUNDS
    steps = _Steps(progress, rounds * (sum(len(kept) for kept, _ in folds) + len(usable)))
    groups = _groups(base, known)
    old: list[_Told] = []
    new: list[_Told] = []
    for kept, left in folds:
        old += _tell(base, left)
        new += _tell(taught(base, kept, known, steps), left)
    before = _score(_read(old, groups, 1.0))
    heats = HEATS if len(usable) >= FEW_ROWS else (1.0,)  # few rows cannot tell how certain to be
    heat, after = _best_heat(new, groups, heats, whole=taught is _by_headings)
    taken = after.better_than(before)
    model = _heated(taught(base, usable, known, steps), heat) if taken else base
    return TrainResult(model, before, after, taken, len(usable), unknown)


def _learner(base: LinearModel, known: Mapping[str, list[int]], rows: Sequence[_Row]) -> _Learner:
    """An office's own headings over most of the catalogue are learned whole; corrections only mend what is wrong."""
    covered = {at for right in known.values() for at in right}
    labels = {row.label for row in rows}
    whole = 2 * len(covered) > len(base.classes) and len(labels) > 1
    return _by_headings if whole and len(rows) >= ROWS_A_LABEL * len(labels) else _by_mistakes


def _by_headings(
    base: LinearModel, rows: Sequence[_Row], known: Mapping[str, list[int]], steps: _Steps
) -> LinearModel:
    return headings.learn_headings(base, [(row.text, row.label) for row in rows], known, steps.one)


def _by_mistakes(
    base: LinearModel, rows: Sequence[_Row], known: Mapping[str, list[int]], steps: _Steps
) -> LinearModel:
    """A layer of all these rows, on top of `base`."""
    counted = [Counter(grams(row.text)) for row in rows]
    seen = Counter(gram for counts in counted for gram in counts)
    fewest = 1 if len(rows) < FEW_ROWS else SEEN_IN
    often = [gram for gram, times in seen.items() if times >= fewest]
    keys = sorted(sorted(often, key=lambda gram: (-seen[gram], gram))[:FEATURES])
    few = len(rows) < FEW_ROWS  # then it says little in how many of them an n-gram stands
    rarity = [1.0 if few else math.log((1 + len(rows)) / (1 + seen[key])) + 1 for key in keys]
    number = {key: at for at, key in enumerate(keys)}
    trust = 1.0 if few else TRUST
    tasks = [
        _task(base, row, counts, number, rarity, known[row.label], trust)
        for row, counts in zip(rows, counted, strict=True)
    ]
    weights = [0] * len(keys)
    order = list(range(len(tasks)))
    shuffler = Random(0)
    for turn in range(ROUNDS):
        shuffler.shuffle(order)
        pace = (PACE_OF_FEW if len(rows) < FEW_ROWS else PACE) / (1 + SLOWING * turn)
        for at in order:
            _step(tasks[at], weights, pace, len(base.classes))
            steps.one()
    return _layer(base, keys, rarity, weights, len(rows), trust)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a model said of a held-out row, as logits of its classes."""

    label: str
    logits: Sequence[float]


def _tell(model: LinearModel, rows: Sequence[_Row]) -> list[_Told]:
    return [_Told(row.label, model.logits(row.text)) for row in rows]


def _groups(model: LinearModel, known: Mapping[str, list[int]]) -> list[tuple[str, list[int]]]:
    """The labels with their classes, and the leaves that no label stands for with theirs."""
    covered = {at for right in known.values() for at in right}
    alone: dict[str, list[int]] = {}
    for at, name in enumerate(model.classes):
        if at not in covered:
            alone.setdefault(leaf_of(name), []).append(at)
    return sorted(known.items()) + sorted(alone.items())


def _read(
    told: Sequence[_Told], groups: Sequence[tuple[str, list[int]]], heat: float, *, whole: bool = False
) -> list[_Read]:
    """What the model takes the rows for, each label being as likely as its classes together.

    The heat lies between the classes, or between `whole` labels.
    """
    reads: list[_Read] = []
    for row in told:
        shares = softmax(row.logits if whole else [logit * heat for logit in row.logits])
        sums = {label: sum(map(shares.__getitem__, right)) for label, right in groups}
        if whole:
            powers = {label: share**heat for label, share in sums.items()}
            total = sum(powers.values())
            sums = {label: power / total for label, power in powers.items()}
        reads.append(_Read(row.label, max(sums, key=lambda label: (sums[label], label)), sums[row.label]))
    return reads


def _best_heat(
    told: Sequence[_Told], groups: Sequence[tuple[str, list[int]]], heats: Sequence[float], *, whole: bool
) -> tuple[float, Score]:
    """How certain the new model may be: the factor at which held-out rows are read as well and surprise least."""
    tried = {heat: _score(_read(told, groups, heat, whole=whole)) for heat in heats}
    least = tried[1.0].accuracy + tried[1.0].macro_f1 - HARDLY
    as_good = [heat for heat, score in tried.items() if score.accuracy + score.macro_f1 >= least]
    best = min(as_good, key=lambda heat: (tried[heat].surprise, heat))
    return best, tried[best]


def _heated(model: LinearModel, heat: float) -> LinearModel:
    return LinearModel(replace(model.weights, temperature=model.weights.temperature * heat), model.below)


def _score(reads: Sequence[_Read]) -> Score:
    hits = Counter(read.label for read in reads if read.label == read.guess)
    said, meant = Counter(read.guess for read in reads), Counter(read.label for read in reads)
    f1 = sum(2 * hits[label] / (said[label] + meant[label]) for label in meant) / len(meant)
    surprise = -sum(math.log(max(read.share, 1e-9)) for read in reads) / len(reads)
    return Score(len(reads), sum(hits.values()) / len(reads), f1, surprise)


class _Steps:
    """Counts rows for the progress bar."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def one(self) -> None:
        self._done += 1
        if self._progress is not None and (self._done % 50 == 0 or self._done == self._total):
            self._progress(self._done, self._total)


def _read_meaning(
    base: LinearModel, rows: Sequence[tuple[str, str]], meaning: Mapping[str, Collection[str]]
) -> tuple[dict[str, list[int]], tuple[str, ...]]:
    """The classes of each label, and the labels that have none. A class named whole beats its leaf's name."""
    exact = {name: label for label, names in meaning.items() for name in names}
    known: dict[str, list[int]] = {}
    for at, name in enumerate(base.classes):
        label = exact.get(name, exact.get(leaf_of(name)))
        if label is not None:
            known.setdefault(label, []).append(at)
    unknown: set[str] = set()
    for label in {label for _, label in rows} - known.keys():
        own = [at for at, name in enumerate(base.classes) if label in (name, leaf_of(name))]
        if own and label not in meaning:
            known[label] = own
        else:
            unknown.add(label)
    return known, tuple(sorted(unknown))


def _folds(rows: Sequence[_Row]) -> list[tuple[list[_Row], list[_Row]]]:
    """Four fifths to learn from and one to compare with, label by label; of few rows, each fifth in turn.

    The order is by checksum, so fixed.
    """
    fifths: list[list[_Row]] = [[] for _ in range(HELD_OUT)]
    met: Counter[str] = Counter()
    for row in rows:
        fifths[met[row.label] % HELD_OUT].append(row)
        met[row.label] += 1
    turns = range(HELD_OUT) if len(rows) < TURNS_BELOW else range(HELD_OUT - 1, HELD_OUT)
    folds = [
        ([row for at, fifth in enumerate(fifths) if at != turn for row in fifth], fifths[turn])
        for turn in turns
    ]
    return [(kept, left) for kept, left in folds if kept and left]


def _task(
    base: LinearModel,
    row: _Row,
    counts: Counter[str],
    number: Mapping[str, int],
    rarity: Sequence[float],
    right: list[int],
    trust: float,
) -> _Task:
    features = [number[gram] for gram in counts if gram in number]
    values = [
        rarity[number[gram]] * (1 + math.log(times)) for gram, times in counts.items() if gram in number
    ]
    length = math.sqrt(sum(map(mul, values, values))) or 1.0
    factors = [round(value / length * _STEPS) for value in values]
    return _Task(features, factors, [logit * trust for logit in base.logits(row.text)], right)


def _step(task: _Task, weights: list[int], pace: float, width: int) -> None:
    """Move the weights of one row's features towards its right classes."""
    total = sum(map(mul, map(weights.__getitem__, task.features), task.factors))
    own = unpack(total, width)
    worth = 1 / (_FINE * _STEPS)
    shares = softmax([low + value * worth for low, value in zip(task.base, own, strict=True)])
    held = sum(map(shares.__getitem__, task.right))
    if 1 - held < SMALLEST_STEP:
        return
    wrong = [-share for share in shares]
    for at in task.right:
        wrong[at] += shares[at] / held if held > 0 else 1 / len(task.right)
    move = pack([round(pace * value * _FINE / _STEPS) if abs(value) > 1e-3 else 0 for value in wrong])
    for feature, factor in zip(task.features, task.factors, strict=True):
        weights[feature] += move * factor


def _layer(
    base: LinearModel,
    keys: Sequence[str],
    rarity: Sequence[float],
    packed: Sequence[int],
    learned: int,
    trust: float,
) -> LinearModel:
    """The learned weights in the form of a model file; features that never moved are dropped."""
    width = len(base.classes)
    kept = [at for at, value in enumerate(packed) if value]
    scale: list[float] = []
    rows = bytearray()
    for at in kept:
        values = [value / _FINE / trust for value in unpack(packed[at], width)]
        step = max(map(abs, values)) / 127 or 1e-9
        scale.append(step)
        rows += bytes(round(value / step) + NEUTRAL for value in values)
    weights = Weights(
        classes=base.classes,
        keys=tuple(keys[at] for at in kept),
        rarity=array("f", [rarity[at] for at in kept]),
        scale=array("f", scale),
        rows=bytes(rows),
        bias=array("f", [0.0] * width),
        temperature=trust,
        about={"learned": learned},
    )
    return LinearModel(weights, base)
