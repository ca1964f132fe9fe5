"""Renew the pins: resolve everything anew and write the versions into pyproject.toml.

uv.lock is not kept, because it writes the addresses of the machine's package registry into the repository.
Run it by `make renew`, read the difference, run the tests, commit.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
BLOCK = re.compile(r"constraint-dependencies = \[.*?\n\]\n", re.DOTALL)
EXPORT = (
    "uv export --upgrade --all-extras --all-groups --no-hashes --no-annotate --no-header --no-emit-project"
)


def main() -> int:
    bare = BLOCK.sub("constraint-dependencies = [\n]\n", PROJECT.read_text(encoding="utf-8"))
    PROJECT.write_text(bare, encoding="utf-8")
    run = subprocess.run(EXPORT.split(), capture_output=True, text=True, cwd=PROJECT.parent)  # noqa: S603 - fixed words of our own
    if run.returncode:
        sys.stderr.write(run.stderr)
        return run.returncode
    found = (line.strip() for line in run.stdout.splitlines())
    pins = [line.replace('"', "'") for line in found if re.match(r"[a-zA-Z0-9]", line)]
    block = "constraint-dependencies = [\n" + "".join(f'  "{pin}",\n' for pin in pins) + "]\n"
    PROJECT.write_text(BLOCK.sub(lambda _: block, bare), encoding="utf-8")
    sys.stdout.write(f"{len(pins)} versions pinned\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
