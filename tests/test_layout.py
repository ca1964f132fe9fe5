"""Promises about the tree: imports go down only, the wheel holds everything, every setting is documented."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings, load

ROOT = Path(__file__).parent.parent
BASE = {"domain", "config"}
MIDDLE = {"nlp", "storage"} | BASE
UPPER = {"desk", "reports", "texts"} | MIDDLE
MAY_IMPORT = {
    "bot": {"commands", "handlers", "jobs", "transport", "demo", "standin"} | UPPER,
    "commands": {"jobs", "transport"} | UPPER,
    "handlers": UPPER,
    "jobs": UPPER,
    "transport": UPPER,
    "demo": UPPER,
    "desk": {"reports", "texts"} | MIDDLE,
    "reports": {"texts"} | MIDDLE,
    "texts": {"domain"},
    "nlp": BASE,
    "storage": BASE,
    "config": {"domain"},
    "domain": set(),
    "standin": set(),
}
NOT_SHIPPED = {"tests", "benchmarks", "docs", "tools"}
EXCEPTIONS = {"reports.doctor": {"desk"}}  # the doctor examines the office's calendar as the desk builds it


def modules() -> dict[str, Path]:
    """Our own modules by their dotted name."""
    found = {}
    for path in sorted(ROOT.glob("*.py")) + [p for part in MAY_IMPORT for p in (ROOT / part).rglob("*.py")]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, at its head or inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


MODULES = modules()


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down_only(name: str) -> None:
    own = name.partition(".")[0]
    used = {found.partition(".")[0] for found in imports(MODULES[name])}
    ours = {part for part in used if part in MAY_IMPORT and part != own}
    allowed = MAY_IMPORT[own] | EXCEPTIONS.get(name, set())
    assert ours <= allowed, f"{name} must not import {sorted(ours - allowed)}"


@pytest.mark.parametrize("name", [name for name in MODULES if name.partition(".")[0] == "domain"])
def test_the_domain_needs_the_standard_library_only(name: str) -> None:
    used = {found.partition(".")[0] for found in imports(MODULES[name])}
    assert used <= set(sys.stdlib_module_names) | {"domain"}


def test_nothing_imports_itself_through_others() -> None:
    graph = {
        name: {found for found in imports(path) if found in MODULES and found != name}
        for name, path in MODULES.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a circle: {' → '.join((*trail[trail.index(name) :], name))}"
        if name not in done:
            for used in graph[name]:
                if not name.startswith(f"{used}."):  # a package's own first file may gather its modules
                    visit(used, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_nobody_imports_the_composition_root() -> None:
    importers = [name for name, path in MODULES.items() if "bot" in set(imports(path))]
    assert importers == []


def test_every_package_is_in_the_wheel() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = set(wanted["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])
    files = {path.name for path in ROOT.glob("*.py")}
    packages = {path.parent.name for path in ROOT.glob("*/*.py") if not path.parent.name.startswith(".")}
    assert included == files | packages - NOT_SHIPPED


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        name for name, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


ENV = (ROOT / ".env.example").read_text(encoding="utf-8")
NAMED = set(re.findall(r"^#?([A-Z_]+)=", ENV, re.M))


def test_every_setting_is_in_the_example() -> None:
    assert {name.upper() for name in Settings.model_fields} | {"MINXINQIAO_CONFIG"} == NAMED


def test_the_example_is_taken_as_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in re.findall(r"^([A-Z_]+)=(.*)$", ENV, re.M):
        monkeypatch.setenv(name, value)
    plain = Settings.model_construct()
    assert load() == plain


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
