"""How well lists are read that were written by someone who had not seen the code.

`python -m benchmarks.frozen [folder]` prints a figure for each list; `--show` prints what was misread. A
folder of new lists in the same form measures what nobody tuned to. The lists in tests/data/frozen, which are
read when no folder is given, were session 1's: a blind test then, since used for development, so that their
figures flatter.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from nlp.read import read, warm
from nlp.reading import Reading, TimeMention

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FOLDER = Path(__file__).parent.parent / "tests/data/frozen"
CLOSE = 3600 * 3.0
"""Seconds by which a moment may differ: the lists' own parts of the day are a matter of taste."""
_PAST_KINDS = frozenset({"point", "span"})


def rows(folder: Path, name: str) -> Iterator[list[str]]:
    for line in (folder / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line.split("\t")


def see(text: str) -> Reading:
    return read(text, now=NOW)


def danger(folder: Path, show: Callable[[str], None]) -> list[str]:
    caught = kind = alarms = total = calm = 0
    for text, said, *_ in rows(folder, "danger"):
        found = {d.value for d in see(text).dangers}
        if said == "none":
            calm += 1
            alarms += bool(found)
            if found:
                show(f"false alarm {sorted(found)}: {text}")
            continue
        total += 1
        caught += bool(found)
        kind += bool(found & set(said.split(",")))
        if not found:
            show(f"missed {said}: {text}")
    return [
        f"danger: an alarm for {caught}/{total} = {caught / total:.1%}, of the right kind {kind / total:.1%}",
        f"danger: false alarms {alarms}/{calm} = {alarms / calm:.1%} (of lines made to mislead)",
    ]


def intent(folder: Path, show: Callable[[str], None]) -> list[str]:
    right = total = lost = reports = 0
    mixed: Counter[tuple[str, str]] = Counter()
    for text, said, *_ in rows(folder, "intent"):
        found = see(text).intent.value
        total += 1
        right += found == said
        if said in ("report", "ask"):
            reports += 1
            lost += found in ("chat", "thanks", "rate", "withdraw")
        if found != said:
            mixed[said, found] += 1
            show(f"intent {said} read as {found}: {text}")
    worst = ", ".join(f"{a}→{b} {n}" for (a, b), n in mixed.most_common(5))
    return [f"intent: {right}/{total} = {right / total:.1%} ({worst}); matters lost {lost}/{reports}"]


def places(folder: Path, show: Callable[[str], None]) -> list[str]:
    right = total = 0
    for line in rows(folder, "places"):
        text, building, unit, room = [*line, "", "", ""][:4]
        found = see(text).place
        got = (found.building, found.unit, found.room) if found else ("", "", "")
        total += 1
        right += got == (building, unit, room)
        if got != (building, unit, room):
            show(f"place {(building, unit, room)} read as {got}: {text}")
    return [f"building / unit / room exact: {right}/{total} = {right / total:.1%}"]


def times(folder: Path, show: Callable[[str], None]) -> list[str]:
    """A part of a day (昨天晚上) is a point with an end for us and a span for some: either is right."""
    kinds = strict = right = total = 0
    for line in rows(folder, "times"):
        text, kind, start, end, rule = [*line, "", "", "", ""][:5]
        found = see(text).times
        total += 1
        of_kind = [t for t in found if t.kind.value == kind]
        kinds += bool(of_kind)
        exact = any(_same(t.start, start) and (not end or _same(t.end, end)) for t in of_kind)
        if kind == "recurring":
            exact = any(not rule or t.rule.split(" ")[0] == rule.split(" ")[0] for t in of_kind)
        ok = exact or (kind in _PAST_KINDS and any(_fits(t, start, end) for t in found))
        strict += exact
        right += ok
        if not ok:
            got = [(t.kind.value, str(t.start), t.rule) for t in found]
            show(f"time {kind} {start} {end} {rule} read as {got}: {text}")
    return [
        f"time: of the kind said {kinds / total:.1%}",
        f"time: and right within three hours {strict}/{total} = {strict / total:.1%}",
        f"time: point and span taken for one {right}/{total} = {right / total:.1%}",
    ]


def _fits(found: TimeMention, start: str, end: str) -> bool:
    """The start fits, and the end where both give one."""
    both = bool(end) and found.end != found.start
    return (
        found.kind.value in _PAST_KINDS and _same(found.start, start) and (not both or _same(found.end, end))
    )


def house_numbers(folder: Path, show: Callable[[str], None]) -> list[str]:
    wrong = 0
    for text, *_ in rows(folder, "housenumbers"):
        if see(text).times:
            wrong += 1
            show(f"a time in a house number {[t.raw for t in see(text).times]}: {text}")
    return [f"house numbers taken for times: {wrong}"]


def matters(folder: Path, show: Callable[[str], None]) -> list[str]:
    right = total = 0
    for text, number, *_ in rows(folder, "matters"):
        found = len(see(text).matters) or 1
        total += 1
        right += found == int(number)
        if found != int(number):
            show(f"{number} matters read as {found}: {text}")
    return [f"several matters, right number: {right}/{total} = {right / total:.1%}"]


def category(folder: Path, show: Callable[[str], None]) -> list[str]:
    right = three = total = asked = sure_right = 0
    for text, leaf, *_ in rows(folder, "category"):
        reading = see(text)
        codes = [guess.code for guess in reading.guesses]
        total += 1
        right += codes[0] == leaf
        three += leaf in codes
        asked += reading.unsure
        sure_right += not reading.unsure and codes[0] == leaf
        if codes[0] != leaf:
            show(f"{leaf} read as {codes}: {text}")
    sure = total - asked
    guessed = f"first guess {right / total:.1%}, among three {three / total:.1%}"
    return [
        f"leaf of 89: {guessed}; asked {asked / total:.1%}, right of the rest {sure_right / max(1, sure):.1%}"
    ]


def main() -> None:
    loud = "--show" in sys.argv
    given = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(given[0]) if given else FOLDER
    warm()
    for part in (danger, intent, places, times, house_numbers, matters, category):
        for line in part(folder, print if loud else _silent):
            print(line)


def _same(found: datetime | None, said: str) -> bool:
    if not said:
        return True
    wanted = datetime.strptime(said, "%Y-%m-%d %H:%M").replace(tzinfo=NOW.tzinfo)
    return found is not None and abs((found - wanted).total_seconds()) <= CLOSE


def _silent(line: str) -> None:
    del line


if __name__ == "__main__":
    main()
