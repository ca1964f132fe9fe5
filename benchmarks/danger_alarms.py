"""How often real messages in which nobody is in danger raise an alarm.

`python -m benchmarks.danger_alarms messages.jsonl.gz` reads a random 9,000 messages of the file (always the
same ones) and prints counts by source and the numbers of the lines that alarmed, never their text; `--show`
prints the text to the terminal, for whoever reads them by hand. An alarm here is not always a false one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from pathlib import Path

from nlp.read import read, warm

SAMPLE = 9_000
SEED = 20261122
GOAL = 0.003


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=Path, help="JSON lines, packed with gzip, with source and text")
    parser.add_argument("--show", action="store_true", help="print the words and the text of each alarm")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="messages read")
    parser.add_argument("--seed", type=int, default=SEED, help="which messages are drawn")
    wanted = parser.parse_args()
    drawn = sample(wanted.messages, wanted.sample, wanted.seed)
    warm()
    told: Counter[str] = Counter(source for _, source, _ in drawn)
    alarms: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    lines: list[int] = []
    for line, source, text in drawn:
        reading = read(text)
        if not reading.dangers:
            continue
        alarms[source] += 1
        kinds.update(danger.value for danger in reading.dangers)
        lines.append(line)
        if wanted.show:
            print(f"{line} {source} {'/'.join(reading.dangers)} {reading.danger_words}: {text[:300]!r}")
    total = sum(alarms.values())
    print(f"alarms: {total} of {len(drawn)} = {total / len(drawn):.2%} (goal {GOAL:.1%})")
    for source, number in told.most_common():
        print(f"  {source}: {alarms[source]} of {number}")
    print("kinds:", ", ".join(f"{kind} {number}" for kind, number in kinds.most_common()))
    print("lines:", *lines)


def sample(messages: Path, size: int, seed: int) -> list[tuple[int, str, str]]:
    """Line number, source and text of a random choice, in the order of the file."""
    with gzip.open(messages, "rt", encoding="utf-8") as file:
        rows = [
            (at, str(row["source"]), str(row["text"]))
            for at, row in enumerate(map(json.loads, file), start=1)
        ]
    return sorted(random.Random(seed).sample(rows, min(size, len(rows))))


if __name__ == "__main__":
    main()
