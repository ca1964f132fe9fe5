"""What every small web server of the counter needs: an address of its own, and no hands on signals."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from domain.errors import SettingsError


class Quiet(uvicorn.Server):
    """uvicorn without hands on the process's signals: `transport.serve` has them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int, setting: str) -> socket.socket:
    """A listening socket's beginning; `setting` is named when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingsError(setting, f"cannot listen there: {error.strerror}") from error
    listening.setblocking(False)
    return listening
