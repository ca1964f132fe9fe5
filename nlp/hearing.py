"""Words of a voice note, by a model folder that the operator supplies.

A folder holds a published model (SenseVoice, Paraformer, Zipformer) with its tokens.txt; where its name does not
tell the kind, or where an office hears with a program of its own, a voice.toml says so:

    kind = "sense_voice"            # or paraformer, zipformer_ctc, transducer
or  kind = "program"                # gets the voice note (Ogg Opus) on its standard input, prints the words
    command = ["./hear", "--lang", "zh"]

sherpa-onnx and soundfile (the extra `voice`) are loaded only here and only when a model wants them.
"""

from __future__ import annotations

import io
import re
import subprocess
import tomllib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from domain.errors import MinxinqiaoError

PROGRAM: Final = "program"
PARTS: Final = {
    "sense_voice": {"model": "*.onnx"},
    "paraformer": {"paraformer": "*.onnx"},
    "zipformer_ctc": {"model": "*.onnx"},
    "transducer": {"encoder": "*encoder*.onnx", "decoder": "*decoder*.onnx", "joiner": "*joiner*.onnx"},
}
"""The files of each kind, by the name that sherpa-onnx gives them."""
LIBRARIES: Final = ("sherpa_onnx", "soundfile")
LONGEST: Final = 180.0
"""Seconds of a voice note that are listened to."""
PIECE, EDGE, HUSH = 28.0, 6.0, 0.2
"""Seconds: models hear pieces of at most so long, cut in the most silent place near their end."""
MOST_WORDS: Final = 1_500
"""Characters."""
_TAGS = re.compile(r"<\|[^|>]*\|>|</?[a-z]+>")
_CHINESE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_GAP = re.compile(rf"(?<={_CHINESE})\s+(?={_CHINESE})")


class HearingError(MinxinqiaoError):
    """A model folder cannot be used, or this voice note cannot be heard; says why."""


@dataclass(frozen=True, slots=True)
class Model:
    """What hears: a kind with its files, or a program."""

    kind: str
    folder: Path
    files: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()


def find_model(folder: Path) -> Model:
    """The model of a folder. Raises HearingError when there is none that could be used here."""
    if not folder.is_dir():
        raise HearingError(f"{folder} is not a folder")
    told = _told(folder)
    kind = str(told.get("kind", "")) or _kind_by_name(folder)
    if kind == PROGRAM:
        command = told.get("command")
        if not isinstance(command, list) or not command or not all(isinstance(p, str) for p in command):
            raise HearingError(
                'voice.toml: command must be a list of words such as ["./hear", "--lang", "zh"]'
            )
        return Model(kind, folder, command=tuple(command))
    if kind not in PARTS:
        raise HearingError(
            f"{folder}: what kind of model is this? Write a voice.toml with kind = one of "
            + ", ".join([*PARTS, PROGRAM])
        )
    files = {
        part: _file(folder, pattern) for part, pattern in {**PARTS[kind], "tokens": "tokens.txt"}.items()
    }
    missing = [library for library in LIBRARIES if find_spec(library) is None]
    if missing:
        raise HearingError(f"{', '.join(missing)} not installed: uv sync --extra voice")
    return Model(kind, folder, tuple(files.items()))


def hear(model: Model, voice: bytes, limit: float = 90.0) -> str:
    """The words of a voice note; "" when nobody speaks. A program gets `limit` seconds."""
    if model.kind == PROGRAM:
        return _clean(_run(model, voice, limit))
    recogniser = _recogniser(model)
    samples, rate = _samples(voice)
    said = []
    for piece in _pieces(samples, rate):
        stream = recogniser.create_stream()
        stream.accept_waveform(rate, piece)
        recogniser.decode_stream(stream)
        said.append(str(stream.result.text).strip())
    return _clean(" ".join(said))


def _told(folder: Path) -> dict[str, Any]:
    path = folder / "voice.toml"
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HearingError(f"{path}: {error}") from error


def _kind_by_name(folder: Path) -> str:
    """Published folders are named after their kind."""
    name = folder.resolve().name.lower().replace("_", "-")
    if "streaming" in name:
        raise HearingError(f"{folder} holds a streaming model; an offline one is wanted")
    if "sense-voice" in name or "sensevoice" in name:
        return "sense_voice"
    if "paraformer" in name:
        return "paraformer"
    if all(any(folder.glob(pattern)) for pattern in PARTS["transducer"].values()):
        return "transducer"
    return "zipformer_ctc" if "zipformer-ctc" in name else ""


def _file(folder: Path, pattern: str) -> str:
    """The file of that pattern; of several the small (int8) one."""
    found = sorted(folder.glob(pattern), key=lambda path: (".int8." not in path.name, path.name))
    if not found:
        raise HearingError(f"{folder}: {pattern} is missing")
    return str(found[0])


def _recogniser(model: Model) -> Any:
    make = getattr(import_module("sherpa_onnx").OfflineRecognizer, f"from_{model.kind}")
    more = {"use_itn": True} if model.kind == "sense_voice" else {}
    try:
        return make(**dict(model.files), num_threads=1, **more)
    except (RuntimeError, ValueError) as error:
        raise HearingError(f"{model.folder}: {error}") from error


def _samples(voice: bytes) -> tuple[Any, int]:
    """One channel of numbers, at most LONGEST seconds of them, and how many there are in a second."""
    soundfile = import_module("soundfile")
    try:
        with soundfile.SoundFile(io.BytesIO(voice)) as sound:
            rate = int(sound.samplerate)
            samples = sound.read(int(LONGEST * rate), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise HearingError(f"not a sound that can be read: {error}") from error
    return samples.mean(axis=1), rate


def _pieces(samples: Any, rate: int) -> list[Any]:
    """The sound in pieces that a model can take, cut where it is most silent."""
    most, edge, hush = int(PIECE * rate), int(EDGE * rate), int(HUSH * rate)
    found = []
    while len(samples) > most:
        starts = range(most - edge, most - hush, hush)
        cut = min(starts, key=lambda at: float(abs(samples[at : at + hush]).mean())) + hush // 2
        found.append(samples[:cut])
        samples = samples[cut:]
    return [*found, samples] if len(samples) else found


def _run(model: Model, voice: bytes, limit: float) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, no shell
            model.command, input=voice, capture_output=True, cwd=model.folder, timeout=limit, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HearingError(f"{model.command[0]}: {error}") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()[-300:]
        raise HearingError(f"{model.command[0]} failed ({done.returncode}): {told}")
    return done.stdout.decode(errors="replace")


def _clean(said: str) -> str:
    """Without a model's marks, without gaps between Chinese letters, not endless."""
    return _GAP.sub("", " ".join(_TAGS.sub("", said).split()))[:MOST_WORDS]
