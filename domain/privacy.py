"""Which tickets the staff group sees only as a number: what they say is read in private."""

from __future__ import annotations

from collections.abc import Iterable

from domain.catalogue import Catalogue

CLOSED_DANGERS = frozenset({"suicide"})
LIKELY = 0.2
"""A guess at least as likely as this closes a ticket whose category nobody has confirmed."""


def is_closed(
    catalogue: Catalogue,
    category: str,
    *,
    sure: bool = True,
    guesses: Iterable[tuple[str, float]] = (),
    dangers: Iterable[str] = (),
) -> bool:
    """Whether words, place and category of such a ticket stay out of the group."""
    if not CLOSED_DANGERS.isdisjoint(dangers):
        return True
    possible = [category] if sure else [category, *(code for code, p in guesses if p >= LIKELY)]
    return any(catalogue.has(code) and catalogue.leaf(code).sensitive for code in possible)
