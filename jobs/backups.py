"""A copy of the store every day, checked, with the learned model beside it; the oldest make room."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from datetime import datetime
from pathlib import Path

from desk.office import Office
from domain.errors import StoreError
from jobs import learned
from storage import copies, invariants
from storage.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 600.0
"""Seconds."""
NOT_BEFORE = 3
"""The local hour from which the day's copy is made: people sleep."""
NAME = re.compile(r"minxinqiao-\d{4}-\d{2}-\d{2}\.sqlite")
MODELS = ("learned", "learned-before")


async def run(office: Office, folder: Path, keep: int, look_every: float = LOOK_EVERY) -> None:
    """Make each day's copy, for ever; a day that was missed is made up for at the next start."""
    while True:
        try:
            await make_due(office, folder, keep)
        except (StoreError, OSError) as error:
            log.error("the day's backup was not made: %s; trying again", error)
        await asyncio.sleep(look_every)


async def make_due(office: Office, folder: Path, keep: int) -> Path | None:
    """The day's copy, if it is due and not there yet."""
    now = office.now().astimezone(office.zone)
    target = folder / f"minxinqiao-{now:%Y-%m-%d}.sqlite"
    if target.exists() or now.hour < NOT_BEFORE:
        return None
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    await make(office.store, target)
    if problem := await check(target):
        target.replace(target.with_suffix(".bad"))
        log.critical("the day's backup is damaged (%s): see to the disk", problem)
        return None
    await asyncio.to_thread(_make_room, folder, keep)
    log.info("backup made: %s", target.name)
    return target


def _make_room(folder: Path, keep: int) -> None:
    for old in kept(folder)[:-keep]:
        for path in (old, *(_model(old, name) for name in MODELS)):
            path.unlink(missing_ok=True)


async def make(store: Store, target: Path) -> None:
    """Copy the store, while it is in use, and the models that it has taught."""
    await store.backup(target)
    for name, source in _models_beside(store.path).items():
        if source.exists():
            shutil.copyfile(source, _model(target, name))
            _model(target, name).chmod(0o600)


async def check(path: Path) -> str:
    """What is wrong with a copy, as a file and as an office; "" when nothing is.

    The copy itself is not touched: an older one is brought up to date in a copy of its own.
    """
    if problem := await asyncio.to_thread(copies.damage, path):
        return problem
    trial = path.with_name(f"{path.name}.trial")
    try:
        await asyncio.to_thread(copies.copy, path, trial)
        store = await Store.open(trial)
        try:
            broken = await store.read(invariants.violations)
        finally:
            await store.close()
    finally:
        for ending in ("", "-wal", "-shm"):
            trial.with_name(trial.name + ending).unlink(missing_ok=True)
    return ", ".join(f"{name}: {count}" for name, count in broken.items())


def put_back(made: Path, database: Path, *, force: bool, now: datetime) -> Path | None:
    """Restore a copy and its models; where the store that was there lies now. `CopyError`."""
    aside = copies.restore(made, database, force=force, now=now)
    for name, place in _models_beside(database).items():
        if _model(made, name).exists():
            shutil.copyfile(_model(made, name), place)
            place.chmod(0o600)
    return aside


def kept(folder: Path) -> list[Path]:
    """The daily copies, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))


def _models_beside(database: Path) -> dict[str, Path]:
    present = learned.path_beside(database)
    return dict(zip(MODELS, (present, learned.before(present)), strict=True))


def _model(made: Path, name: str) -> Path:
    return made.with_suffix(f".{name}.bin")
