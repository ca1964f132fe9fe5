"""A ticket's way through the office as an SVG: step by step, who was waited for, the promised time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.privacy import is_closed
from domain.roles import Role
from domain.states import WaitsFor, meaning
from reports.drawing.canvas import Canvas
from reports.drawing.palette import BLUE, GREEN, GREY, INK, LINE, ORANGE, PAPER, VERMILLION
from storage import events, people
from storage.events import Event
from storage.store import Tx
from storage.tickets import Ticket
from texts import names
from texts import pictures as words
from texts.when import short, span

WIDTH, MARGIN = 1080, 40
TOP, PITCH = 250.0, 92.0
AXIS = 300.0
FIRST, LAST = 4, 14  # steps shown of a long history
COLOURS = {
    WaitsFor.RESIDENT: ORANGE,
    WaitsFor.ASSIGNEE: BLUE,
    WaitsFor.LEAD: BLUE,
    WaitsFor.NOBODY: LINE,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; `waits` is for whom it stood still afterwards."""

    at: datetime
    what: str
    who: str
    waits: WaitsFor
    is_open: bool
    promise: bool = False  # no step: the moment that was promised


@dataclass(frozen=True, slots=True)
class Story:
    number: str
    category: str  # empty for a sensitive one
    state: str
    now: datetime
    ran_to: datetime  # how far the clock has run: it stops with a pause and at the end
    due: datetime
    answered: datetime | None
    steps: tuple[Step, ...]


async def story(tx: Tx, ticket: Ticket, now: datetime, zone: ZoneInfo, catalogue: Catalogue) -> Story:
    """What the picture tells: steps and colleagues, no words and no name of a resident."""
    hidden = is_closed(
        catalogue,
        ticket.category,
        sure=ticket.category_sure,
        guesses=ticket.guesses,
        dangers=ticket.dangers,
    )
    known = catalogue.has(ticket.category) and not hidden
    steps = [await _step(tx, ticket, event, zone) for event in await events.of_ticket(tx, ticket.id)]
    return Story(
        number=ticket.number,
        category=catalogue.leaf(ticket.category).name if known else "",
        state=names.STATES.get(ticket.state, ticket.state),
        now=now.astimezone(zone),
        ran_to=_ran_to(ticket, steps, now, zone),
        due=_local(ticket.answer_due, zone),
        answered=_local(ticket.answered_at, zone) if ticket.answered_at else None,
        steps=tuple(steps),
    )


def _ran_to(ticket: Ticket, steps: Sequence[Step], now: datetime, zone: ZoneInfo) -> datetime:
    if ticket.paused_at is not None:
        return _local(ticket.paused_at, zone)
    return now.astimezone(zone) if meaning(ticket.state).is_open or not steps else steps[-1].at


async def _step(tx: Tx, ticket: Ticket, event: Event, zone: ZoneInfo) -> Step:
    who = names.ROLES.get(event.actor_role, "")
    if event.actor_role not in (Role.RESIDENT, Role.CLOCK):
        who = await people.name_of(tx, ticket.community_id, event.actor_id) or who
    after = meaning(event.to_state)
    what = names.EVENTS.get(event.kind, event.kind)
    return Step(_local(event.at, zone), what, who, after.waits_for, after.is_open)


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, zone)


def draw(told: Story, turn: Callable[[str], str] = str) -> Canvas:
    """The whole picture, as long as the story."""
    steps, left_out = shown(told)
    canvas = Canvas(WIDTH, TOP + PITCH * len(steps) + 70, turn)
    canvas.rect(0, 0, WIDTH, 104, GREEN)
    taken = canvas.text(told.state, WIDTH - MARGIN, 66, 240, 36, PAPER, anchor="end", bold=True)
    canvas.text(
        words.story_title(told.number), MARGIN, 68, WIDTH - 2 * MARGIN - taken - 30, 44, PAPER, bold=True
    )
    late = (told.answered or told.ran_to) > told.due
    canvas.text(told.category or words.HIDDEN, MARGIN, 158, 360, 32, INK, bold=True)
    canvas.text(
        words.promised(short(told.due), late, told.answered is not None),
        WIDTH - MARGIN,
        158,
        600,
        28,
        VERMILLION if late else GREY,
        anchor="end",
    )
    _legend(canvas, 204)
    for n, (step, following) in enumerate(zip(steps, [*steps[1:], None], strict=True)):
        gap = left_out if n == FIRST - 1 else 0
        _one(canvas, step, following, TOP + PITCH * n, told.now, gap)
    canvas.text(words.story_footer(short(told.now)), MARGIN, canvas.height - 26, WIDTH - 2 * MARGIN, 22, GREY)
    return canvas


def shown(told: Story) -> tuple[list[Step], int]:
    """The steps with the promise among them, and how many in the middle are left out."""
    steps = list(told.steps)
    left_out = max(0, len(steps) - FIRST - LAST)
    if left_out:
        steps = steps[:FIRST] + steps[-LAST:]
    before = [step for step in steps if step.at <= told.due]
    if told.due <= told.ran_to and told.answered is None and before:
        place = max(len(before), FIRST if left_out else 0)
        last = steps[place - 1]
        steps.insert(place, Step(told.due, words.DUE, "", last.waits, last.is_open, promise=True))
    return steps, left_out


def _one(canvas: Canvas, step: Step, following: Step | None, y: float, now: datetime, left_out: int) -> None:
    """A step with the line down to the next one, and how long that took."""
    until = following.at if following else now
    if following or step.is_open:
        canvas.line([(AXIS, y), (AXIS, y + PITCH)], COLOURS[step.waits], 8)
        canvas.text(_waited(step, until, following, left_out), AXIS + 40, y + 56, 660, 24, GREY)
    colour = VERMILLION if step.promise else INK
    canvas.dot(AXIS, y, 13, colour)
    canvas.text(short(step.at), AXIS - 36, y + 10, AXIS - 36 - MARGIN, 28, colour, anchor="end")
    taken = canvas.text(step.what, AXIS + 40, y + 11, 380, 32, colour, bold=True)
    canvas.text(step.who, AXIS + 40 + taken + 24, y + 10, 660 - taken - 24, 28, GREY)


def _waited(step: Step, until: datetime, following: Step | None, left_out: int) -> str:
    if left_out:
        return words.left_out(left_out)
    long = until - step.at
    if following and long < timedelta(minutes=1):
        return ""
    return words.waited(step.waits.value, span(long), still=following is None)


def _legend(canvas: Canvas, y: float) -> None:
    left = float(MARGIN)
    labels: Sequence[tuple[str, str]] = ((words.WITH_US, BLUE), (words.WITH_THEM, ORANGE))
    for label, colour in labels:
        canvas.rect(left, y - 12, 30, 8, colour, round_=3)
        left += 42 + canvas.text(label, left + 42, y, 300, 24, GREY) + 36
