"""The documents tell the truth: names exist, settings are documented, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot import parser
from config import Settings

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROW = re.compile(r"^\| ([^|]+) \| (`[^|]+`) \| (\S+) \|$", re.MULTILINE)


def tracked() -> list[Path]:
    """The files of the repository; outside of a checkout all files but the tool's own folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\n") if listed.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("row", ROW.findall((ROOT / "docs/glossary.md").read_text(encoding="utf-8")))
def test_every_name_of_the_glossary_stands_in_its_file(row: tuple[str, str, str]) -> None:
    chinese, names, file = row
    text = (ROOT / file).read_text(encoding="utf-8")
    for name in re.findall(r"`([^`]+)`", names):
        assert re.search(rf"\b{re.escape(name)}\b", text), f"{chinese}: {name} is not in {file}"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_explained_to_the_operator(name: str) -> None:
    told = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert f"`{name.upper()}`" in told
    assert name.upper() in (ROOT / ".env.example").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), f"{document.name} points at {target}"


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_the_documents_is_one_of_ours(document: Path) -> None:
    known = set(re.findall(r"^    ([a-z-]+)(?: |$)", parser().format_help(), re.MULTILINE))
    assert {"demo", "run", "doctor", "backup"} <= known
    for command in re.findall(r"bot\.py ([a-z][a-z-]*)", document.read_text(encoding="utf-8")):
        assert command in known, f"{document.name} names bot.py {command}"


def test_no_path_of_one_machine_and_no_registry_address_is_in_the_tree() -> None:
    machine = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|far" + r"m)/")
    registry = re.compile("pypi" + r"\.org|files\.python" + "hosted|registry" + r"\.npmjs")
    for path in tracked():
        if path.suffix in {".png", ".bin", ".jpg", ".ogg", ".mp4", ".otf", ".ttf", ".xlsx"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not machine.search(text), f"a path of one machine in {path.relative_to(ROOT)}"
        assert not registry.search(text), f"a registry's address in {path.relative_to(ROOT)}"
