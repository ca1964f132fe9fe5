"""Learning from the office: one training by command, and once a day in the background when it is worth it."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk.office import Office
from domain.catalogue import Catalogue
from domain.errors import StoreUnavailable
from jobs import learned
from jobs.learned import Layers, Learned
from nlp.exports import ExportError, read_meaning, read_rows
from nlp.normalise import normalise
from nlp.personal import find_personal
from nlp.training import FEWEST_ROWS, TrainResult, train
from storage import learning
from storage.store import Store, Tx
from texts import learning as words
from texts.voice import spoken

log = logging.getLogger(__name__)

TICK = 30.0
"""Seconds between two looks at the file."""
ENOUGH = 50  # new corrections that are worth a training
MOST = 5_000  # corrections that are learned, the newest: a minute and a half of plain Python
_ALL = 0  # a job of no single community

Rows = Sequence[tuple[str, str]]
Progress = Callable[[str, int, int], None]  # phase, steps done, steps in all


@dataclass(frozen=True, slots=True)
class Export:
    """An office's past messages: where, which columns, what its labels stand for."""

    path: Path
    text: str
    label: str
    map: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a training, in words; `failed` when nothing could be learned at all."""

    said: str
    failed: bool = False


def teach(
    database: Path, catalogue: Catalogue, export: Export | None, progress: Progress, address: str = ""
) -> Outcome:
    """Learn from an export, or without one from the store's corrections; keeps the model if it is better."""
    path = learned.path_beside(database)
    records = address or (database if database.exists() else None)
    corrected, counted = asyncio.run(_corrections(records)) if records else ([], 0)
    try:
        if export is None:
            outcome = _from_corrections(path, corrected, progress)
        else:
            outcome = _from_export(path, export, catalogue, corrected, progress)
    except OSError as error:
        return Outcome(words.not_kept(str(path), str(error)), failed=True)
    if records and len(corrected) >= FEWEST_ROWS and not outcome.failed:
        asyncio.run(_remember(records, counted))
    return outcome


def undo(database: Path) -> Outcome:
    """Return to the model before."""
    path = learned.path_beside(database)
    try:
        layers = learned.undo(path)
    except (OSError, ValueError) as error:
        return Outcome(words.not_kept(str(path), str(error)), failed=True)
    if layers is None:
        return Outcome(words.nothing_to_undo(), failed=True)
    return Outcome(words.undone(layers.empty))


def _from_corrections(path: Path, rows: Rows, progress: Progress) -> Outcome:
    layers = _layers(path)
    result = _train("corrections", layers, rows, {}, progress)
    if result.taken:
        learned.keep(path, Layers(layers.history, result.model.weights))
    return _told("corrections", result)


def _from_export(
    path: Path, export: Export, catalogue: Catalogue, corrected: Rows, progress: Progress
) -> Outcome:
    """The export on the shipped model; then the corrections again, on what it taught."""
    try:
        rows, meaning = _read_export(export, catalogue)
    except ExportError as error:
        return Outcome(words.file_problem(error.path.name, error.reason, error.detail), failed=True)
    result = _train("history", Layers(), rows, meaning, progress)
    if not result.taken:
        return _told("history", result)
    layers = Layers(result.model.weights)
    again = _train("corrections", layers, corrected, {}, progress)
    if again.taken:
        layers = Layers(layers.history, again.model.weights)
    learned.keep(path, layers)
    said = [_told("history", result)] + ([_told("corrections", again)] if again.before.rows else [])
    return Outcome("\n".join(outcome.said for outcome in said))


def _read_export(export: Export, catalogue: Catalogue) -> tuple[Rows, Mapping[str, Sequence[str]]]:
    """Rows and meaning of an export. Raises ExportError, with the reason "missing" too."""
    try:
        with export.path.open("rb"):
            rows = read_rows(export.path, export.text, export.label)
    except OSError as error:
        raise ExportError(export.path, "missing", str(error)) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise ExportError(export.path, "damaged", str(error)) from error
    meaning = read_meaning(export.map, catalogue)
    return rows, {label: tuple(codes) for label, codes in meaning.items()}


def _train(
    phase: str, below: Layers, rows: Rows, meaning: Mapping[str, Sequence[str]], progress: Progress
) -> TrainResult:
    return train(
        below.below_corrections(),
        [(_without_people(text), label) for text, label in rows],
        meaning,
        lambda done, total: progress(phase, done, total),
    )


def _told(phase: str, result: TrainResult) -> Outcome:
    if not result.before.rows:
        return Outcome(words.too_few(phase, result.rows, FEWEST_ROWS, result.unknown), failed=True)
    before, after = [(score.accuracy, score.macro_f1) for score in (result.before, result.after)]
    return Outcome(
        words.learned(phase, result.rows, result.before.rows, before, after, result.taken, result.unknown)
    )


def _layers(path: Path) -> Layers:
    """What has been learned so far; nothing when the file is damaged or made for another catalogue."""
    try:
        layers = learned.load(path)
        layers.model()
    except ValueError as error:
        log.warning("%s cannot be used (%s): learning starts from the shipped model", path.name, error)
        return Layers()
    return layers


def _without_people(text: str) -> str:
    """The words without names, telephones, plates: a model has no use for them and must not keep them."""
    plain = normalise(spoken(text)).text
    for item in sorted(find_personal(plain), key=lambda item: item.span, reverse=True):
        start, end = item.span
        plain = f"{plain[:start]}，{plain[end:]}"
    return plain


async def _corrections(database: Path | str) -> tuple[list[tuple[str, str]], int]:
    async def look(tx: Tx) -> tuple[list[tuple[str, str]], int]:
        return await learning.corrections(tx, MOST), await learning.count(tx)

    store = await Store.open(database)
    try:
        return await store.read(look)
    finally:
        await store.close()


async def _remember(database: Path | str, counted: int) -> None:
    store = await Store.open(database)  # opened again: nothing is held while it learns
    try:
        await store.write(lambda tx: learning.remember(tx, counted))
    finally:
        await store.close()


async def run(
    office: Office, model: Learned, command: Sequence[str], tick: float = TICK, enough: int = ENOUGH
) -> None:
    """For ever: read with the newest model, and once a day let `command` train in a process of its own."""
    looked: date | None = None
    while True:
        await asyncio.to_thread(model.refresh)
        today = office.now().astimezone(office.zone).date()
        try:
            if looked != today and await _is_due(office, today, enough):
                await train_apart(command)
                continue  # the file may have changed
            looked = today
        except StoreUnavailable as error:
            log.warning("learning waits for the store: %s", error)
        await asyncio.sleep(tick)


async def _is_due(office: Office, today: date, enough: int) -> bool:
    """Whether there is enough that is new; true once a day at most, also across restarts."""
    if await office.store.read(learning.fresh) < enough:
        return False

    async def claim(tx: Tx) -> bool:
        made = await tx.do(
            "small.first_time",
            job="learning",
            community_id=_ALL,
            local_date=today.isoformat(),
            now=office.now_ms(),
        )
        return bool(made)

    return await office.store.write(claim)


async def train_apart(command: Sequence[str]) -> None:
    """Run the training beside the bot; when the bot closes, the training ends too."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        log.error("training could not be started: %s", error)
        return
    log.info("training in the background, process %d", process.pid)
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        log.error(
            "training failed (%d): %s", process.returncode, said.decode(errors="replace").strip()[-300:]
        )
    else:
        log.info("training is done")
