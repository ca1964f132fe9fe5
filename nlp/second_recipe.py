"""Rebuilds nlp/data/second.bin from the examples: `python -m nlp.second_recipe`, bit for bit the same.

Needs the `train` extra (scikit-learn); nothing else of the project imports this module. What counts as a
danger comes from nlp/examples/danger, as an intent from nlp/examples/intent. The examples of the
categories are ordinary reports and questions: they show the model what is no danger.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from nlp.danger import find_dangers
from nlp.normalise import normalise
from nlp.read import wish_by_patterns
from nlp.recipe import EXAMPLES, load_examples
from nlp.second import (
    DANGERS,
    INTENTS,
    NEUTRAL,
    NOTHING,
    SHIPPED,
    WIDTH,
    SecondModel,
    Weights,
    encode,
    features,
    hint,
)

FEATURES = 14_000  # n-grams kept of each of the two questions
SEEN_IN = 2  # an n-gram of fewer examples is not looked at
STRENGTH = {"danger": 40.0, "intent": 12.0}  # C of the logistic regression
EACH = 3  # of the categories' examples every third teaches intents
ORDINARY = 0.1  # what such an example weighs
FOLDS = 5
RETOLD = 0.5  # what an example weighs that tells another one's danger in another manner
LONGEST = 160  # characters of a category example: a letter says too much that is beside the point

_MARKS = re.compile(r"[，。！？、；：…,.!?;:\s]+")
_SURE = {"report": "report", "ask!": "ask"}  # hints of the patterns that are taken as the truth
_log = logging.getLogger(__name__)
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    text: str  # normalised
    label: str
    told: str = ""  # the hint of the patterns
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of one question: features by classes."""

    keys: tuple[str, ...]
    weights: Matrix
    bias: Matrix


def danger_examples(folder: Path = EXAMPLES) -> list[Example]:
    """Dangers, near-misses, both retold; talk and ordinary reports in which the patterns hear no danger."""
    found = _folder(folder / "danger")
    told = {text for text, _ in found}
    talk = {text for text, _ in _folder(folder / "intent")}
    reports = {example.text for example in load_examples(folder) if len(example.text) <= LONGEST}
    calm = {text for text in (talk | reports) - told if not find_dangers(text).found}
    listed = [Example(text, label) for text, label in found] + [Example(text, NOTHING) for text in calm]
    listed += _retold(found, folder / "frames", told | calm)
    return sorted(listed, key=lambda example: (example.label, example.text))


def _retold(found: Sequence[tuple[str, str]], frames: Path, known: set[str]) -> list[Example]:
    """The same told by voice, without marks, and between other people's manners: those tell no danger."""
    calls, ends = _lines(frames / "calls.txt"), _lines(frames / "ends.txt")
    made: dict[str, str] = {}
    for at, (text, label) in enumerate(found):
        call, end = calls[at % len(calls)], ends[at * 7 % len(ends)]
        framed = (f"{call}，{text}，{end}", f"{call}，{text}", f"{text}，{end}", f"{call}，{text}")[at % 4]
        made[_MARKS.sub("", text)] = made[framed] = label
    return [Example(text, label, weight=RETOLD) for text, label in made.items() if text not in known]


def _lines(file: Path) -> list[str]:
    return [normalise(line).text for line in file.read_text(encoding="utf-8").splitlines()]


def intent_examples(folder: Path = EXAMPLES) -> list[Example]:
    """Messages by intent; of the categories' examples those that the patterns know to be reports, questions."""
    listed = _folder(folder / "intent")
    told = {text for text, _ in listed}
    found = [Example(text, label, hint(wish_by_patterns(text).hint)) for text, label in listed]
    ordinary = sorted({example.text for example in load_examples(folder)} - told)
    for text in [text for text in ordinary if len(text) <= LONGEST][::EACH]:
        said = wish_by_patterns(text).hint
        if said in _SURE:
            found.append(Example(text, _SURE[said], hint(said), ORDINARY))
    return sorted(found, key=lambda example: (example.label, example.text))


def _folder(folder: Path) -> list[tuple[str, str]]:
    found = {
        normalise(line).text: path.stem.partition("-")[0]
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    return sorted(found.items())


def fit(examples: Sequence[Example], classes: Sequence[str], strength: float, kept: int = FEATURES) -> Fitted:
    """Weights of these classes; the same examples in the same order always give the same ones."""
    heard = [features(example.text) for example in examples]
    seen = Counter(key for found in heard for key in found)
    keys = sorted(key for key, times in seen.items() if times >= SEEN_IN and "\n" not in key)
    hints = sorted({example.told for example in examples if example.told})
    weights, bias = _logistic(examples, heard, keys, hints, classes, strength)
    if len(keys) > kept:
        telling = np.round(
            np.abs(weights[: len(keys)]).max(axis=1) * np.sqrt(np.array([seen[key] for key in keys])), 6
        )
        best = sorted(range(len(keys)), key=lambda at: (-telling[at], keys[at]))[:kept]
        keys = sorted(keys[at] for at in best)
        weights, bias = _logistic(examples, heard, keys, hints, classes, strength)
    return Fitted((*keys, *hints), weights, bias)


def _logistic(
    examples: Sequence[Example],
    heard: Sequence[set[str]],
    keys: Sequence[str],
    hints: Sequence[str],
    classes: Sequence[str],
    strength: float,
) -> tuple[Matrix, Matrix]:
    number = {key: at for at, key in enumerate(keys)}
    hint_at = {key: at + len(keys) for at, key in enumerate(hints)}
    starts, columns, values = [0], [], []
    for example, found in zip(examples, heard, strict=True):
        known = sorted(number[key] for key in found if key in number)
        columns += known
        values += [1 / math.sqrt(len(known) or 1)] * len(known)
        if example.told:
            columns.append(hint_at[example.told])
            values.append(1.0)
        starts.append(len(columns))
    matrix = csr_matrix((values, columns, starts), shape=(len(examples), len(keys) + len(hints)))
    machine = LogisticRegression(C=strength, max_iter=2_000, tol=1e-4)
    labels = [classes.index(example.label) for example in examples]
    machine.fit(matrix, labels, sample_weight=[example.weight for example in examples])
    full = np.zeros((matrix.shape[1], len(classes)))
    bias = np.full(len(classes), -20.0)
    for at, label in enumerate(machine.classes_):
        full[:, label], bias[label] = machine.coef_[at], machine.intercept_[at]
    return full, bias


def join(danger: Fitted, intent: Fitted, about: dict[str, str | int | float]) -> SecondModel:
    """One table of both, in steps of a byte."""
    keys = sorted({*danger.keys, *intent.keys})
    number = {key: at for at, key in enumerate(keys)}
    grid = np.full((len(keys), WIDTH), NEUTRAL, dtype=np.uint8)
    steps: list[float] = []
    for fitted, start in ((danger, 0), (intent, len(DANGERS))):
        step = float(f"{np.abs(fitted.weights).max() / 127:.4g}")
        rows = np.clip(np.rint(fitted.weights / step) + NEUTRAL, 1, 255).astype(np.uint8)
        grid[[number[key] for key in fitted.keys], start : start + rows.shape[1]] = rows
        steps.append(step)
    spoken = (grid != NEUTRAL).any(axis=1)
    bias = tuple(float(f"{value:.4g}") for value in (*danger.bias, *intent.bias))
    kept = tuple(key for key, speaks in zip(keys, spoken, strict=True) if speaks)
    return SecondModel(Weights(kept, grid[spoken].tobytes(), (steps[0], steps[1]), bias, about))


def out_of_fold(
    examples: Sequence[Example], build: Callable[[Sequence[Example]], SecondModel]
) -> list[tuple[Example, SecondModel]]:
    """Each example with a model that was not shown it (five folds)."""
    labels = [example.label for example in examples]
    pairs: list[tuple[Example, SecondModel]] = []
    for kept, left in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels):
        model = build([examples[at] for at in kept])
        pairs += [(examples[at], model) for at in left]
    return pairs


def fit_danger(examples: Sequence[Example]) -> Fitted:
    return fit(examples, DANGERS, STRENGTH["danger"])


def fit_intent(examples: Sequence[Example]) -> Fitted:
    return fit(examples, INTENTS, STRENGTH["intent"])


def digest(model: SecondModel) -> str:
    """A name for exactly these weights, whatever zlib packed them."""
    told = model.weights
    return hashlib.sha256("\n".join(told.keys).encode() + told.rows + repr(told.bias).encode()).hexdigest()


def main() -> None:
    """Build, write the shipped file; with --check, compare with the shipped file instead."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file, write nothing")
    wanted = parser.parse_args()
    dangers, intents = danger_examples(), intent_examples()
    about: dict[str, str | int | float] = {
        "danger_examples": len(dangers),
        "intent_examples": len(intents),
        "recipe": 2,
    }
    model = join(fit_danger(dangers), fit_intent(intents), about)
    _log.info("%s, %d n-grams, weights %s", about, len(model.weights.keys), digest(model)[:16])
    if wanted.check:
        same = digest(SecondModel.load()) == digest(model)
        _log.info("the shipped file is %s", "the same" if same else "DIFFERENT")
        raise SystemExit(0 if same else 1)
    packed = encode(model.weights)
    SHIPPED.write_bytes(packed)
    _log.info("%s: %d bytes", SHIPPED.name, len(packed))


if __name__ == "__main__":
    main()
