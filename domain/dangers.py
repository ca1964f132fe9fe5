"""In danger the matter is filed by the danger, whatever else the words resemble."""

from __future__ import annotations

from collections.abc import Sequence

FILED_UNDER: dict[str, tuple[str, frozenset[str]]] = {
    "fire": ("fire_safety", frozenset({"fire_safety", "ebike_charging", "power_supply", "gas_supply"})),
    "gas": ("gas_supply", frozenset({"gas_supply"})),
    "trapped": ("other", frozenset({"elevator", "fire_lane", "parking", "children_women"})),
    "medical": (
        "medical_service",
        frozenset({"elder_visit", "home_care", "medical_service", "day_care", "dogs"}),
    ),
    "violence": ("public_order", frozenset({"public_order", "family_dispute", "dogs"})),
    "suicide": ("other", frozenset()),
    "electric": (
        "power_supply",
        frozenset({"power_supply", "street_lamp", "ebike_charging", "telecom", "elevator"}),
    ),
    "falling": ("falling_objects", frozenset({"falling_objects", "greenery", "house_quality", "small_ads"})),
    "flood": ("water_supply", frozenset({"water_supply", "leak", "manhole_drain", "heating"})),
    "missing": ("public_order", frozenset({"public_order"})),
}
"""Danger → the leaf (catalogue code) it belongs under, and the leaves that may stay when the words say so."""


def category_in_danger(dangers: Sequence[str], guesses: Sequence[str]) -> str:
    """The leaf for these dangers (worst first): a likely guess that fits, else the danger's own."""
    leaf, fitting = FILED_UNDER[dangers[0]]
    return next((guess for guess in guesses if guess in fitting), leaf)
