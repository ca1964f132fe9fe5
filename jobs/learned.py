"""The learned model: its file beside the database, the one before it, and what the running office reads with.

The file holds up to two layers on top of the shipped model: what past exports taught, and above it what the
corrections taught. So a new round of corrections does not forget the exports. One model serves a whole store.
"""

from __future__ import annotations

import logging
import os
import struct
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlp.model import LinearModel, Weights, decode, encode, shipped_model
from nlp.read import read
from nlp.reading import Gazetteer, Reading

log = logging.getLogger(__name__)

_MAGIC = b"minxinqiao learned 1\n"
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Layers:
    """What was learned, lowest first; an empty one stands for the shipped model alone."""

    history: Weights | None = None
    corrections: Weights | None = None

    def model(self) -> LinearModel:
        """All of it on top of the shipped model. ValueError when it was made for another catalogue."""
        found = self.below_corrections()
        return found if self.corrections is None else LinearModel(self.corrections, found)

    def below_corrections(self) -> LinearModel:
        shipped = shipped_model()
        return shipped if self.history is None else LinearModel(self.history, shipped)

    @property
    def empty(self) -> bool:
        return self.history is None and self.corrections is None


def path_beside(database: Path) -> Path:
    """Where the learned model of a store is."""
    return database.with_name("learned.bin")


def before(path: Path) -> Path:
    """Where the model before it is kept."""
    return path.with_name("learned-before.bin")


def load(path: Path) -> Layers:
    """The layers of a file; none when there is no file. ValueError when it is none of ours, OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Layers()
    if not data.startswith(_MAGIC):
        raise ValueError("not a learned model of this version")
    at, parts = len(_MAGIC), []
    for _ in range(2):
        if len(data) < at + 4:
            raise ValueError("the learned model is cut off")
        (length,) = struct.unpack_from("<I", data, at)
        part = data[at + 4 : at + 4 + length]
        if len(part) != length:
            raise ValueError("the learned model is cut off")
        parts.append(decode(part) if part else None)
        at += 4 + length
    return Layers(*parts)


def keep(path: Path, layers: Layers) -> None:
    """Put new layers in the place of the old, which are kept for one step back. OSError: nothing changed."""
    old = path.read_bytes() if path.exists() else _bytes(Layers())
    _write(before(path), old)
    _write(path, _bytes(layers))


def undo(path: Path) -> Layers | None:
    """Bring the model before back; None when there is none. ValueError, OSError: nothing changed."""
    if not before(path).exists():
        return None
    layers = load(before(path))
    before(path).replace(path)
    return layers


def _bytes(layers: Layers) -> bytes:
    parts = [b"" if layer is None else encode(layer) for layer in (layers.history, layers.corrections)]
    return _MAGIC + b"".join(struct.pack("<I", len(part)) + part for part in parts)


def _write(path: Path, data: bytes) -> None:
    """The whole file or none of it; readable by its owner only, for it holds pieces of residents' words."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # with PostgreSQL nothing else is kept there
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@dataclass(slots=True)
class Learned:
    """What a running office reads with: the file's model, or the shipped one without a (good) file."""

    path: Path
    _model: LinearModel | None = None
    _stamp: _Stamp | None = None

    def read(self, text: str, places: Gazetteer, now: datetime) -> Reading:
        """What one message says, with the model of this moment."""
        return read(text, places, now, self._model)

    def refresh(self) -> bool:
        """Take the file's model if the file has changed; whether it had. Takes a while: not in the loop."""
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return False
        self._stamp = stamp  # before loading: a file that changes meanwhile is loaded again
        try:
            layers = load(self.path)
            model = None if layers.empty else layers.model()
        except (OSError, ValueError) as error:
            log.warning("%s cannot be used (%s): the shipped model reads", self.path.name, error)
            self._model = None
            return True
        if model is not None:
            model.classify("预热", ())
        self._model = model
        log.info("the %s model reads from now on", "shipped" if model is None else "learned")
        return True
