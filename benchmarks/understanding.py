"""How well the shipped model files messages of cities it has never seen, and what training adds.

Run from the project's folder: `python -m benchmarks.understanding [messages.jsonl.gz] [--map label_map.json]
[--quick] [--picture matrix.svg]`. Any held-out file of the same form will do.
Near-duplicates are taken once; n is printed with each figure. `--quick` leaves out what is trained.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.confusion import picture
from benchmarks.headings import FIRST_SHARE, SEVEN, coarse_of, heading_of, seven_of
from nlp.model import SHIPPED, LinearModel, leaf_of
from nlp.normalise import normalise
from nlp.segment import shared as segmenter
from nlp.training import TrainResult, train

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_ALIKE = 60  # texts with the same first letters and signs are the same message


@dataclass(frozen=True, slots=True)
class Row:
    text: str  # normalised
    heading: str


@dataclass(frozen=True, slots=True)
class Read:
    """One row as it was read: every heading with its probability, the likeliest first."""

    heading: str
    ranked: tuple[tuple[str, float], ...]

    @property
    def right(self) -> bool:
        return self.ranked[0][0] == self.heading


class Reader:
    """Reads rows with a model and a table from its classes to headings."""

    def __init__(self, model: LinearModel, table: Mapping[str, tuple[str, ...]]) -> None:
        self._model = model
        self._parts: list[tuple[str, float, int]] = []
        for at, name in enumerate(model.classes):
            headings = table.get(name) or table.get(leaf_of(name)) or ()
            shares = (1.0,) if len(headings) == 1 else (FIRST_SHARE, 1 - FIRST_SHARE)
            self._parts += [(h, share, at) for h, share in zip(headings, shares, strict=False)]

    def read(self, row: Row) -> Read:
        shares = list(self._model.probabilities(row.text).values())
        sums: dict[str, float] = {}
        for heading, share, at in self._parts:
            sums[heading] = sums.get(heading, 0.0) + share * shares[at]
        total = sum(sums.values())
        ranked = sorted(((h, s / total) for h, s in sums.items()), key=lambda pair: (-pair[1], pair[0]))
        return Read(row.heading, tuple(ranked))

    def all(self, rows: Iterable[Row]) -> list[Read]:
        return [self.read(row) for row in rows]


def macro_f1(reads: Sequence[Read]) -> float:
    names = sorted({read.heading for read in reads})
    total = 0.0
    for name in names:
        said = sum(read.ranked[0][0] == name for read in reads)
        meant = sum(read.heading == name for read in reads)
        hits = sum(read.right for read in reads if read.heading == name)
        total += 2 * hits / (said + meant)
    return total / len(names)


def accuracy(reads: Sequence[Read]) -> float:
    return sum(read.right for read in reads) / len(reads)


def first_two(reads: Sequence[Read]) -> float:
    return sum(read.heading in [name for name, _ in read.ranked[:2]] for read in reads) / len(reads)


def calibration_error(reads: Sequence[Read], bins: int = 10) -> float:
    """Expected calibration error: mean distance between what is claimed and what is true."""
    total = 0.0
    for at in range(bins):
        inside = [r for r in reads if at / bins < r.ranked[0][1] <= (at + 1) / bins]
        if inside:
            claimed = sum(r.ranked[0][1] for r in inside) / len(inside)
            total += abs(claimed - accuracy(inside)) * len(inside)
    return total / len(reads)


def asking(reads: Sequence[Read], share: float = 0.2) -> tuple[float, float]:
    """The threshold at which `share` of the rows is asked, and the accuracy on the rest."""
    ordered = sorted(reads, key=lambda read: -read.ranked[0][1])
    rest = ordered[: len(ordered) - int(len(ordered) * share)]
    return rest[-1].ranked[0][1], accuracy(rest)


def load(path: Path, label_map: Path) -> dict[str, list[Row]]:
    """The rows of every source that has a heading, near-duplicates once, in the order of the file."""
    mapping = json.loads(label_map.read_text(encoding="utf-8"))
    found: dict[str, list[Row]] = {}
    seen: set[tuple[str, str]] = set()
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines():
        told = json.loads(line)
        source, heading = _heading(told["source"], told["labels"], mapping)
        if heading is None:
            continue
        text = normalise(told["text"]).text
        key = (source, re.sub(r"\W", "", text)[:_ALIKE])
        if key not in seen:
            seen.add(key)
            found.setdefault(source, []).append(Row(text, heading))
    return found


def _heading(source: str, labels: Mapping[str, str], mapping: Mapping[str, object]) -> tuple[str, str | None]:
    if source.startswith("teddy"):
        return source, labels.get("teddy_l1")
    if source.startswith("liuyan"):
        return source, heading_of(labels.get("liuyan_domain", ""))
    if source.startswith("hsinchu"):
        social = mapping["social_cat"]
        assert isinstance(social, dict)
        coarse = social.get(labels.get("social_cat", ""))
        return "taiwan", coarse[0] if coarse else None
    department = labels.get("taipei_dept", labels.get("taipei_social_dept", ""))
    patterns = mapping["taipei_rx"]
    assert isinstance(patterns, list)
    return "taiwan", next((name for name, pattern in patterns if re.search(pattern, department)), None)


def show(name: str, reads: Sequence[Read], goal: str) -> None:
    print(
        f"{name:<44} n={len(reads):<5} macro-F1 {macro_f1(reads):.3f}  accuracy {accuracy(reads):.3f}  "
        f"first two {first_two(reads):.3f}   (goal {goal})"
    )


def show_certainty(name: str, reads: Sequence[Read]) -> None:
    threshold, rest = asking(reads)
    claimed = sum(read.ranked[0][1] for read in reads) / len(reads)
    print(
        f"{name:<44} n={len(reads):<5} asking 20 % (below {threshold:.2f}): {rest:.3f} right on the rest, "
        f"ECE {calibration_error(reads):.3f} (claims {claimed:.3f})   (goal 0.97, 0.03)"
    )


def primary(table: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Each leaf under its nearer heading alone, as a label must be when it is learned."""
    return {name: headings[:1] for name, headings in table.items()}


def learn(model: LinearModel, rows: Sequence[Row], table: Mapping[str, tuple[str, ...]]) -> TrainResult:
    meaning: dict[str, list[str]] = {heading: [] for heading in SEVEN}
    for name, headings in table.items():
        meaning[headings[0]].append(name)
    return train(model, [(row.text, row.heading) for row in rows], meaning)


def split(rows: Sequence[Row], seed: int = 0) -> tuple[list[Row], list[Row]]:
    """Stratified 80/20."""
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    kept: list[Row] = []
    left: list[Row] = []
    met: dict[str, int] = {}
    for row in shuffled:
        met[row.heading] = met.get(row.heading, 0) + 1
        (left if met[row.heading] % 5 == 0 else kept).append(row)
    return kept, left


def trained(model: LinearModel, sources: Mapping[str, Sequence[Row]]) -> None:
    rows = sources.get("teddy2020_detail", ())
    if len(rows) < 1_000:
        print("too few rows of teddy2020_detail to train on: left out")
        return
    table = primary(seven_of("teddy2020_detail"))
    kept, left = split(rows)
    show("held-out fifth, before", Reader(model, table).all(left), "-")
    for count, goal in ((100, "0.87"), (500, "0.89"), (len(kept), "0.92")):
        started = time.perf_counter()
        result = learn(model, kept[:count], table)
        reads = Reader(result.model, table).all(left)
        took = time.perf_counter() - started
        show(f"after {count} local rows ({took:.0f} s)", reads, goal)
        compared = f"{result.before.macro_f1:.3f} -> {result.after.macro_f1:.3f}"
        print(f"    its own comparison: {compared}, taken: {result.taken}")
    show_certainty("trained here, held-out fifth", reads)
    if "liuyan_zhejiang" in sources:
        other = Reader(result.model, seven_of("liuyan_zhejiang"))
        show("trained there, read on Zhejiang", other.all(sources["liuyan_zhejiang"]), "0.72 / 0.92")


def cost(model: LinearModel) -> None:
    """Size, start and time of the model alone, words already cut."""
    started = time.perf_counter()
    LinearModel.load()
    took = time.perf_counter() - started
    print(f"model file {SHIPPED.stat().st_size / 1e6:.2f} MB, loaded in {took:.3f} s (goal 4 MB)")
    short = "三号楼二单元电梯坏了从昨天晚上停到现在老人下不了楼请派人"[:28]
    for text, times in ((short, 2_000), ((short + "，") * 150, 20)):
        text = text[:4096]
        words = segmenter.cut(text)
        model.classify(text, words)
        started = time.process_time()
        for _ in range(times):
            model.classify(text, words)
        print(f"classify {len(text)} characters: {(time.process_time() - started) / times * 1000:.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=Path, default=CORPUS / "messages.jsonl.gz")
    parser.add_argument("--map", type=Path, default=CORPUS / "label_map.json")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--picture", type=Path, help="draw the confusion matrices into this SVG file")
    chosen = parser.parse_args()
    model = LinearModel.load()
    print(f"model {dict(model.weights.about)}")
    cost(model)
    sources = load(chosen.messages, chosen.map)
    goals = {"teddy2020_detail": "0.85", "teddy2020_title": "0.80", "liuyan_zhejiang": "0.70 / 0.92"}
    drawn: list[tuple[str, tuple[str, ...], Counter[tuple[str, str]]]] = []
    for source, goal in goals.items():
        if source in sources:
            reads = Reader(model, seven_of(source)).all(sources[source])
            show(f"shipped, {source}", reads, goal)
            show_certainty(f"shipped, {source}", reads)
            confused = Counter((read.heading, read.ranked[0][0]) for read in reads)
            drawn.append((f"{source}, n={len(reads)}", SEVEN, confused))
    if chosen.picture:
        chosen.picture.write_text(picture(drawn), encoding="utf-8")
    if "taiwan" in sources:
        show(
            "shipped, Taiwanese questions", Reader(model, coarse_of()).all(sources["taiwan"]), "accuracy 0.75"
        )
    if not chosen.quick:
        trained(model, sources)


if __name__ == "__main__":
    main()
