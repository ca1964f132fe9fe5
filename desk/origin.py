"""Which update a change belongs to, so that the change and 'this update is done' are one transaction."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Origin:
    """The inbox row being handled; `settled` once a committed change has marked it done."""

    inbox_id: int | None = None
    settled: bool = False


ORIGIN: ContextVar[Origin | None] = ContextVar("origin", default=None)
