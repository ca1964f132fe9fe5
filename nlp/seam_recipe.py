"""Rebuilds nlp/data/seams.bin from the examples: `python -m nlp.seam_recipe`, the same from the same examples.

Needs the `train` extra (scikit-learn); nothing else of the project imports this module. The first model learns
from the category examples, where a line is one matter, and from nlp/examples/matters, where "|" stands
before each further matter. The second learns from the latter alone, with the scores of a first model that
was not shown the line. `--without lists-3` prints how well the
lines of that file are read by models that did not see them.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.matters import parted, topic_of
from nlp.model import shipped_model
from nlp.normalise import normalise
from nlp.recipe import EXAMPLES, load_examples
from nlp.seams import (
    CHEAP,
    LEAVES,
    SHIPPED,
    Clause,
    Seams,
    Topic,
    announced,
    cheap_features,
    clauses,
    grams,
    leaf_features,
)

FOLDER = EXAMPLES / "matters"
BORDER = "¦"  # stands for "|" while a line is normalised
LONGEST = 120  # characters of a category example that is looked at
LONGEST_FIRST = 60  # ... of whose first clause is learned how a matter begins
LONGEST_LINE = 400  # ... or learned from as a whole
EACH = 10  # every tenth category example is a line of one matter for the second model, unknown to the first
PLAIN = "plain"
PLAIN_WEIGHT = 0.08
KEPT = 9_000  # n-grams
SEEN_IN = 3
OWN = 5.0  # what a clause of nlp/examples/matters weighs
STRENGTH, STRENGTH_OF_ALL = 2.0, 1.0  # C of the two regressions
FOLDS = 5
BOLD = 0.3  # added for every clause: a matter that is lost costs more than one asked about in vain
_log = logging.getLogger(__name__)
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    source: str
    text: str
    told: tuple[Clause, ...]
    borders: tuple[bool, ...]  # for each clause behind the first, whether a matter begins with it


@dataclass(frozen=True, slots=True)
class Heard:
    """The first model: what the n-grams of a clause say."""

    weights: dict[str, float]
    bias: float

    def said(self, clause: str) -> float:
        known = [weight for gram in grams(clause) if (weight := self.weights.get(gram)) is not None]
        score = sum(known) / math.sqrt(len(known) or 1) + self.bias
        return max(-5.0, min(5.0, score)) / 3


def matter_examples(folder: Path = FOLDER) -> list[Example]:
    """The lines of nlp/examples/matters."""
    return [
        _example(path.stem, line)
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _example(source: str, line: str) -> Example:
    pieces = normalise(line.replace("|", BORDER)).text.split(BORDER)
    text = "".join(pieces)
    marks, at = [], 0
    for piece in pieces[:-1]:
        at += len(piece)
        marks.append(at)
    told = clauses(text)
    borders = tuple(
        any(before.start < mark <= clause.start for mark in marks)
        for before, clause in itertools.pairwise(told)
    )
    return Example(source, text, tuple(told), borders)


def whole_matters() -> tuple[list[tuple[str, bool]], list[Example]]:
    """The category examples: clauses and whether a matter begins with them; and some lines as they stand."""
    found: list[tuple[str, bool]] = []
    plain: list[Example] = []
    for at, example in enumerate(one for one in load_examples() if len(one.text) <= LONGEST_LINE):
        told = clauses(example.text)
        if at % EACH == 0 and len(told) >= 2:
            plain.append(Example(PLAIN, example.text, tuple(told), (False,) * (len(told) - 1)))
            continue
        if len(example.text) > LONGEST:
            continue
        if told and len(example.text) <= LONGEST_FIRST:
            found.append((told[0].text, True))
        found += [(clause.text, False) for clause in told[1:] if not clause.marker]
    return found, plain


def hear(ordinary: Sequence[tuple[str, bool]], examples: Sequence[Example]) -> Heard:
    """Fit the first model."""
    own = [
        (clause.text, border)
        for one in examples
        for clause, border in zip(one.told[1:], one.borders, strict=True)
        if not clause.marker
    ]
    told = [*ordinary, *own]
    heard = [grams(text) for text, _ in told]
    seen = Counter(gram for found in heard for gram in found)
    keys = sorted(gram for gram, times in seen.items() if times >= SEEN_IN and "\n" not in gram)
    weights = [1.0] * len(ordinary) + [OWN] * len(own)
    fitted, bias = _fit(heard, keys, [border for _, border in told], weights)
    telling = np.round(np.abs(fitted) * np.sqrt(np.array([seen[key] for key in keys])), 6)
    kept = sorted(keys[at] for at in sorted(range(len(keys)), key=lambda at: (-telling[at], keys[at]))[:KEPT])
    fitted, bias = _fit(heard, kept, [border for _, border in told], weights)
    return Heard(dict(zip(kept, map(float, fitted), strict=True)), bias)


def _fit(
    heard: Sequence[set[str]], keys: Sequence[str], borders: Sequence[bool], weights: Sequence[float]
) -> tuple[Matrix, float]:
    number = {key: at for at, key in enumerate(keys)}
    starts, columns, values = [0], [], []
    for found in heard:
        known = sorted(number[gram] for gram in found if gram in number)
        columns += known
        values += [1 / math.sqrt(len(known) or 1)] * len(known)
        starts.append(len(columns))
    matrix = csr_matrix((values, columns, starts), shape=(len(heard), len(keys)))
    machine = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3, class_weight="balanced")
    machine.fit(matrix, borders, sample_weight=weights)
    return machine.coef_[0], float(machine.intercept_[0])


def weigh(examples: Sequence[Example], heard: Callable[[Example], Heard]) -> dict[str, float]:
    """Fit the second model, with a first one that was not shown the example."""
    topics: dict[str, Topic] = {}
    rows: list[list[float]] = []
    borders: list[bool] = []
    weights: list[float] = []
    for one in examples:
        if len(one.told) < 2:
            continue
        for clause in one.told:
            topics.setdefault(clause.text, topic_of(clause.text, _classify))
        model = heard(one)
        said = [model.said(clause.text) for clause in one.told[1:]]
        matter = [topics[one.told[0].text]]
        for clause, cheap, border in zip(
            one.told[1:], cheap_features(one.told, said, announced(one.text)), one.borders, strict=True
        ):
            behind = topics[clause.text]
            rows.append(cheap + leaf_features(matter, behind, clause))
            borders.append(border)
            weights.append((PLAIN_WEIGHT if one.source == PLAIN else 1.0) / math.sqrt(len(one.told) - 1))
            matter = [behind] if border else [*matter, behind]
    machine = LogisticRegression(C=STRENGTH_OF_ALL, max_iter=5_000, fit_intercept=False)
    machine.fit(np.array(rows), borders, sample_weight=weights)
    fitted = dict(zip([*CHEAP, *LEAVES], map(float, machine.coef_[0]), strict=True))
    fitted["bias"] += BOLD
    return {name: round(value, 3) for name, value in fitted.items()}


def _classify(text: str) -> list[tuple[str, float]]:
    return [(guess.code, guess.probability) for guess in shipped_model().classify(text, ()).guesses]


def build(
    ordinary: Sequence[tuple[str, bool]], plain: Sequence[Example], examples: Sequence[Example]
) -> Seams:
    """Both models of these examples."""
    blind = [
        hear(ordinary, [one for at, one in enumerate(examples) if at % FOLDS != fold])
        for fold in range(FOLDS)
    ]
    fold_of = {one: at % FOLDS for at, one in enumerate(examples)}
    heard = hear(ordinary, examples)
    weights = weigh([*examples, *plain], lambda one: blind[fold_of[one]] if one in fold_of else heard)
    step = float(f"{max(map(abs, heard.weights.values())) / 127:.4g}")
    steps = {gram: rounded for gram, weight in heard.weights.items() if (rounded := round(weight / step))}
    return Seams(steps, step, round(heard.bias, 4), weights)


def right(model: Seams, examples: Sequence[Example], show: bool = False) -> float:
    """The share of examples cut into the right number of matters."""
    hits = 0
    for one in examples:
        number = len(parted(one.text, one.told, _classify, model))
        hits += number == 1 + sum(one.borders)
        if show and number != 1 + sum(one.borders):
            _log.info("%d read as %d: %s", 1 + sum(one.borders), number, one.text)
    return hits / len(examples)


def main() -> None:
    """Build, write the shipped file; --check compares with it, --without measures on lines not seen."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file, write nothing")
    parser.add_argument("--without", metavar="FILE", help="read this file with models that did not see it")
    wanted = parser.parse_args()
    ordinary, plain = whole_matters()
    examples = matter_examples()
    if wanted.without:
        model = build(ordinary, plain, [one for one in examples if one.source != wanted.without])
        held = [one for one in examples if one.source == wanted.without]
        _log.info("%s: %.3f of %d", wanted.without, right(model, held, show=True), len(held))
        return
    model = build(ordinary, plain, examples)
    packed = model.encode()
    _log.info(
        "%d lines and %d plain ones, %d n-grams, %.3f of the lines right",
        len(examples),
        len(plain),
        len(model.steps),
        right(model, examples),
    )
    if wanted.check:
        same = SHIPPED.read_bytes() == packed
        _log.info("the shipped file is %s", "the same" if same else "DIFFERENT")
        raise SystemExit(0 if same else 1)
    SHIPPED.write_bytes(packed)
    _log.info("%s: %d bytes", SHIPPED.name, len(packed))


if __name__ == "__main__":
    main()
