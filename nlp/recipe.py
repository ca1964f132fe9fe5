"""Rebuilds the shipped model from the examples in nlp/examples: `python -m nlp.recipe`, bit for bit the same.

`--validate` reads five folds of the examples first and says which temperature they ask for: ten times as long.
Needs the `train` extra (scikit-learn); nothing else of the project imports this module.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlp.model import NEUTRAL, SHIPPED, SIGN, LinearModel, Weights, encode, grams, leaf_of
from nlp.normalise import normalise
from nlp.parts import class_of

EXAMPLES = Path(__file__).parent / "examples"
FRAMES = EXAMPLES / "frames" / "around.txt"
FEATURES = 40_000  # n-grams kept
SEEN_IN = 2  # an n-gram of fewer examples is not looked at
STRENGTH = 0.5  # C of the support vector machine
PAIRS = 1.5  # what an n-gram of two characters counts: the length of most Chinese words
LETTERS = 60  # letters put together for each leaf: people write many sentences, our examples are short
SENTENCES = (3, 6)  # examples in one of them, fewest and most
SHORT = 120  # characters below which an example may be a sentence of a letter
WORTH = 0.5  # what such a letter counts beside an example
TEMPERATURE = 12.0  # how certain it may be; the 11 of `--validate` is too modest on strangers' messages
FOLDS = 5
LONG = 60  # characters from which an example is like a message: certainty is set on those

_log = logging.getLogger(__name__)
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    text: str  # normalised
    leaf: str


@dataclass(frozen=True, slots=True)
class Scores:
    """How the recipe does on examples it did not see (five folds)."""

    accuracy: float
    macro_f1: float
    temperature: float
    log_loss: float


def load_examples(folder: Path = EXAMPLES) -> list[Example]:
    """All examples, each once, in the order of leaf and text."""
    folders = (folder, *(folder / name for name in ("themes", "letters", "plain")))
    found = {
        Example(normalise(line).text, path.stem)
        for path in sorted(path for part in folders for path in part.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    return sorted(found, key=lambda example: (example.leaf, example.text))


def letters(examples: Sequence[Example]) -> list[Example]:
    """Longer texts, put together from short examples of one leaf, half of them between words of courtesy."""
    around = [normalise(line).text for line in FRAMES.read_text(encoding="utf-8").splitlines()]
    sentences: dict[str, list[str]] = {}
    for example in examples:
        if len(example.text) < SHORT:
            sentences.setdefault(example.leaf, []).append(example.text)
    chance = Random(0)
    made: list[Example] = []
    for leaf, said in sorted(sentences.items()):
        for _ in range(LETTERS):
            body = chance.sample(said, min(chance.randint(*SENTENCES), len(said)))
            if chance.random() < 0.5:
                body = [chance.choice(around), *body, chance.choice(around)]
            made.append(Example("。".join(body), leaf))
    return made


def build(examples: Sequence[Example], temperature: float = 1.0) -> LinearModel:
    """A model of these examples; the same ones in the same order always give the same weights."""
    joined = letters(examples)
    classes = [class_of(example.leaf, example.text) for example in [*examples, *joined]]
    worth = [1.0] * len(examples) + [WORTH] * len(joined)
    counted = [Counter(grams(example.text)) for example in examples]
    longer = [Counter(grams(example.text)) for example in joined]
    seen = Counter(gram for counts in counted for gram in counts)
    keys = sorted(gram for gram, times in seen.items() if times >= SEEN_IN and gram != SIGN)
    if len(keys) > FEATURES:
        rarity = _rarity(keys, seen, len(examples))
        weights, _ = _fit(_matrix([*counted, *longer], keys, rarity), classes, worth)
        telling = np.round(
            np.linalg.norm(weights, axis=1) * np.sqrt(np.array([seen[key] for key in keys])), 6
        )
        best = sorted(range(len(keys)), key=lambda at: (-telling[at], keys[at]))[:FEATURES]
        keys = sorted(keys[at] for at in best)
    rarity = _rarity(keys, seen, len(examples))
    weights, bias = _fit(_matrix([*counted, *longer], keys, rarity), classes, worth)
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-6) / 127
    rows = np.clip(np.rint(weights / scale[:, None]) + NEUTRAL, 1, 255).astype(np.uint8)
    return LinearModel(
        Weights(
            classes=tuple(sorted(set(classes))),
            keys=tuple(keys),
            rarity=array("f", rarity.tolist()),
            scale=array("f", _rounded(scale).tolist()),
            rows=rows.tobytes(),
            bias=array("f", _rounded(bias).tolist()),
            temperature=temperature,
            about={"examples": len(examples), "recipe": 3},
        )
    )


def cross_validate(examples: Sequence[Example]) -> Scores:
    """Train on four fifths, read the last fifth, five times; choose the temperature on what was read."""
    leaves = [example.leaf for example in examples]
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    scores: list[list[float]] = []
    truth: list[str] = []
    read: list[Example] = []
    names: list[tuple[str, ...]] = []
    for kept, left in folds.split(leaves, leaves):
        model = build([examples[at] for at in kept])
        for at in left:
            scores.append(model.scores(examples[at].text))
            truth.append(leaves[at])
            names.append(model.classes)
            read.append(examples[at])
    whole = [at for at, left in enumerate(read) if len(left.text) >= LONG]
    tried = {
        temperature: _log_loss(
            [scores[at] for at in whole],
            [names[at] for at in whole],
            [truth[at] for at in whole],
            temperature,
        )
        for temperature in range(2, 25)
    }
    best = min(tried, key=lambda temperature: (tried[temperature], temperature))
    guessed = [
        leaf_of(classes[max(range(len(row)), key=row.__getitem__)])
        for row, classes in zip(scores, names, strict=True)
    ]
    right = sum(a == b for a, b in zip(guessed, truth, strict=True))
    return Scores(right / len(truth), macro_f1(truth, guessed), float(best), tried[best])


def macro_f1(truth: Sequence[str], guessed: Sequence[str]) -> float:
    """The mean over classes of the harmonic mean of precision and recall."""
    hits = Counter(a for a, b in zip(truth, guessed, strict=True) if a == b)
    said, meant = Counter(guessed), Counter(truth)
    return sum(2 * hits[c] / (said[c] + meant[c]) for c in meant) / len(meant)


def digest(model: LinearModel) -> str:
    """A name for exactly these weights, whatever zlib packed them."""
    told = model.weights
    parts = (
        "\n".join(told.keys).encode(),
        told.rows,
        told.rarity.tobytes(),
        told.scale.tobytes(),
        told.bias.tobytes(),
    )
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _rarity(keys: Sequence[str], seen: Counter[str], total: int) -> Matrix:
    """Inverse document frequency, smoothed; pairs of characters count for more."""
    worth = [PAIRS if len(key) == 2 else 1.0 for key in keys]
    told = [math.log((1 + total) / (1 + seen[key])) + 1 for key in keys]
    return _rounded(np.array(told) * np.array(worth))


def _matrix(counted: Iterable[Counter[str]], keys: Sequence[str], rarity: Matrix) -> csr_matrix:
    number = {key: at for at, key in enumerate(keys)}
    starts, columns, values = [0], [], []
    for counts in counted:
        row = sorted((number[gram], times) for gram, times in counts.items() if gram in number)
        weights = [(1 + math.log(times)) * rarity[at] for at, times in row]
        length = math.sqrt(sum(value * value for value in weights)) or 1.0
        columns += [at for at, _ in row]
        values += [value / length for value in weights]
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(starts) - 1, len(keys)))


def _fit(matrix: csr_matrix, classes: Sequence[str], worth: Sequence[float]) -> tuple[Matrix, Matrix]:
    """Weights (features by classes) and biases, classes in alphabetical order."""
    machine = LinearSVC(C=STRENGTH, random_state=0, tol=1e-3, max_iter=5_000)
    machine.fit(matrix, list(classes), sample_weight=list(worth))
    return np.asarray(machine.coef_.T), np.asarray(machine.intercept_)


def _rounded(values: Matrix) -> Matrix:
    """Four significant digits: below what another processor's arithmetic could change."""
    return np.array([float(f"{value:.4g}") for value in values])


def _log_loss(
    scores: Sequence[Sequence[float]],
    names: Sequence[Sequence[str]],
    truth: Sequence[str],
    temperature: float,
) -> float:
    total = 0.0
    for row, classes, leaf in zip(scores, names, truth, strict=True):
        highest = max(row)
        powers = [math.exp((score - highest) * temperature) for score in row]
        own = sum(power for power, label in zip(powers, classes, strict=True) if leaf_of(label) == leaf)
        total -= math.log(max(own / sum(powers), 1e-9))
    return total / len(truth)


def main() -> None:
    """Build and write the shipped file; with `--validate` cross-validate first."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--validate", action="store_true", help="read five folds first and say how well")
    examples = load_examples()
    _log.info("%d examples, %d leaves", len(examples), len({e.leaf for e in examples}))
    if parser.parse_args().validate:
        _log.info("%s", cross_validate(examples))
    model = build(examples, TEMPERATURE)
    SHIPPED.parent.mkdir(exist_ok=True)
    model.save(SHIPPED)
    _log.info("%s: %d bytes, weights %s", SHIPPED.name, len(encode(model.weights)), digest(model)[:16])


if __name__ == "__main__":
    main()
