"""The kind of a request (诉求类型) and how urgent it is."""

from __future__ import annotations

from nlp.phrases import phrases
from nlp.reading import Danger, Intent, Kind, Urgency

_SAID = phrases("kind.txt")


def find_kind(text: str, intent: Intent, default: Kind) -> Kind:
    """诉求类型 by what is said; `default` belongs to the category."""
    if _SAID["praise"].search(text) and intent in {Intent.REPORT, Intent.THANKS, Intent.RATE}:
        return Kind.PRAISE
    if intent is Intent.ASK:
        return Kind.SUGGESTION if _SAID["suggest"].search(text) else Kind.CONSULT
    if _SAID["tip_off"].search(text):
        return Kind.TIP_OFF
    if _SAID["suggest"].search(text) and not _SAID["complain"].search(text):
        return Kind.SUGGESTION
    if _SAID["complain"].search(text):
        return Kind.COMPLAINT
    if _SAID["help"].search(text) and default in {Kind.HELP, Kind.COMPLAINT, Kind.CONSULT}:
        return Kind.HELP
    return default


def find_urgency(text: str, dangers: tuple[Danger, ...], intent: Intent, frail: bool) -> Urgency:
    """特急 for a danger to life, 紧急 for water, power, gas, heat and what hurts soon, else 一般."""
    if dangers:
        return Urgency.CRITICAL
    if intent is Intent.ASK:
        return Urgency.NORMAL
    if len(text) <= 200 and _SAID["urgent"].search(text):
        return Urgency.URGENT
    if frail and _SAID["frail_urgent"].search(text) and len(text) <= 120:
        return Urgency.URGENT
    return Urgency.NORMAL
