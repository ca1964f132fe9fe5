"""When a matter is more urgent than its words: who is frail cannot wait a week for a lift."""

from __future__ import annotations

from domain.catalogue import Leaf

NEEDED_DAILY = frozenset(
    {"elevator", "water_supply", "power_supply", "gas_supply", "heating", "meal_service", "home_care"}
)
"""Leaves (catalogue codes) that the frail cannot do without for a day."""

NORMAL, URGENT = "一般", "紧急"


def raised(urgency: str, leaf: Leaf, *, frail: bool, asks: bool) -> str:
    """The urgency of a matter; `asks` for a mere question (咨询), which is never raised."""
    if urgency == NORMAL and frail and not asks and leaf.code in NEEDED_DAILY:
        return URGENT
    return urgency
