"""What a change or a look sees of a store: one transaction, whatever the database behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Row = Any
"""A row: its values by name, by place, and its names by `keys()` (sqlite3.Row, asyncpg.Record)."""


class Tx(ABC):
    """One transaction. Queries are named as in storage/queries: `tx.one("tickets.by_id", id=3)`."""

    __slots__ = ()

    @abstractmethod
    async def one(self, name: str, /, **values: Any) -> Row | None:
        """The first row, or None."""

    @abstractmethod
    async def all(self, name: str, /, **values: Any) -> list[Row]:
        """Every row."""

    async def value(self, name: str, /, **values: Any) -> Any:
        """The one value that a query gives back; None without a row. For INSERT ... RETURNING too: the `<!`
        of aiosql answers SQLite's last row id instead, even when nothing was inserted."""
        row = await self.one(name, **values)
        return None if row is None else row[0]

    @abstractmethod
    async def do(self, name: str, /, **values: Any) -> int:
        """Run an INSERT, UPDATE or DELETE; how many rows it touched."""

    @abstractmethod
    async def each(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """The rows that come back when the query runs for each of these values, in their order."""

    async def within(self, community_id: int) -> None:  # noqa: B027 - nothing to do is right where no wall is
        """From here on this change has to do with one community only; PostgreSQL sees to it.

        Rows of others cannot be found, changed or entered then, whatever the queries say. On SQLite the
        queries themselves are the only wall.
        """

    @abstractmethod
    async def many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same for many rows of values."""


Change = Callable[[Tx], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Failed:
    """What a change raised; nothing of it was kept."""

    error: BaseException


OUT_OF_PLACE = "a change may wait for nothing but its own transaction"
