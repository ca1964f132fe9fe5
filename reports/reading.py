"""What was understood of a sentence, set out for a person: bot.py read, and 为什么."""

from __future__ import annotations

from domain.catalogue import Catalogue
from nlp.reading import Reading
from texts import reading as words


def explain(reading: Reading, catalogue: Catalogue) -> str:
    """One line for each thing that was found."""
    guesses = [
        (catalogue.leaf(g.code).name if catalogue.has(g.code) else g.code, g.probability)
        for g in reading.guesses
    ]
    leaf = catalogue.leaf(reading.category) if catalogue.has(reading.category) else None
    lines = [
        words.intent(reading.intent.value, reading.intent_confidence),
        words.category(guesses, reading.why, unsure=reading.unsure),
        words.responsible(leaf.unit if leaf else ""),
        words.kind(reading.kind.value, reading.urgency.value, reading.concern.value),
    ]
    lines += (
        [words.danger([d.value for d in reading.dangers], reading.danger_words)] if reading.dangers else []
    )
    lines += [
        words.place(
            place.raw,
            place.estate,
            place.building,
            place.unit,
            place.floor,
            place.room,
            place.spot or place.road,
        )
        for place in reading.places
    ]
    lines += [words.time(t.raw, t.kind.value, t.start, t.end, t.rule) for t in reading.times]
    lines += [words.personal(p.kind.value) for p in reading.personal]
    lines += [words.frailty(reading.frailty)] if reading.frailty else []
    lines += [
        words.matter(n, m.text, catalogue.leaf(m.category.code).name)
        for n, m in enumerate(reading.matters, 1)
        if catalogue.has(m.category.code)
    ]
    lines.append(words.script(reading.script.value))
    return "\n".join(lines)
