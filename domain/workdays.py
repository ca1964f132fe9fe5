"""The office's working time: which days it works, which hours, and how to count forward on them.

How things are counted (the rules that every due time rests on):

- **工作时** (working hours) run only while the office is open. What arrives outside opening hours starts
  to run at the next opening. A limit used up exactly at a closing falls on that closing (12:00), not on
  the next opening (13:30).
- **工作日** (working days): the day of receipt is not counted, whatever the hour and whether or not it is
  a working day. The limit is the closing of the office on the n-th working day after it: received on
  Friday at 09:00, at 20:00, or on the Sunday after, 1 工作日 ends on Monday at closing.
- **天** (calendar days): the day of receipt is not counted. The limit is the closing time of the n-th day
  after it, also when the office rests that day: it is the hour by which the resident has an answer, and
  staff who close earlier for a holiday answer earlier. (Clocks can roll it on to a working day instead.)
- Days are days of the office's zone. Hours are real hours: across a change to summer time the wall clock
  jumps, the limit does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import CalendarError

Opening = tuple[time, time]
Stretch = tuple[datetime, datetime]

DEFAULT_HOURS: tuple[Opening, ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))
SATURDAY_AND_SUNDAY = frozenset({5, 6})

_LONGEST_REST = 400  # days without a working day after which the calendar, not the office, is at fault
_NOTHING = timedelta(0)
_MOST_RECKONED = 1000  # days whose openings are remembered


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """One office's working days and hours."""

    zone: ZoneInfo
    hours: tuple[Opening, ...] = DEFAULT_HOURS
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()  # 调休: worked although weekend; wins over `holidays`
    covered_years: frozenset[int] = frozenset()  # years whose official holiday notice is in the lists
    weekend: frozenset[int] = field(default=SATURDAY_AND_SUNDAY)  # Monday is 0
    _reckoned: dict[date, tuple[Stretch, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not self.hours:
            raise CalendarError("the office has no opening hours")
        previous = time.min
        for opens, closes in self.hours:
            if opens.tzinfo or closes.tzinfo:
                raise CalendarError(f"opening hours are wall-clock times, got a zone in {opens}-{closes}")
            if not previous <= opens < closes:
                raise CalendarError(f"opening hours overlap or run backwards at {opens}-{closes}")
            previous = closes

    def covers(self, year: int) -> bool:
        """True when that year's holidays are official, False when they are an estimate."""
        return year in self.covered_years

    def local(self, moment: datetime) -> datetime:
        """The moment in the office's zone; refuses a datetime without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a due time needs an aware datetime")
        return moment.astimezone(self.zone)

    def is_workday(self, day: date) -> bool:
        if day in self.makeup_days:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def is_open(self, moment: datetime) -> bool:
        """True while the office works; the opening minute is in, the closing minute is out."""
        now = _instant(moment)
        today = self._openings(self.local(moment).date())
        return any(_instant(opens) <= now < _instant(closes) for opens, closes in today)

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        for step in range(1, _LONGEST_REST + 1):
            candidate = day + timedelta(days=step)
            if self.is_workday(candidate):
                return candidate
        raise CalendarError(f"no working day within {_LONGEST_REST} days after {day}")

    def nth_workday(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n = 0: the day itself)."""
        _refuse_negative(n)
        for _ in range(n):
            day = self.next_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; 0 when last ≤ first."""
        days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
        return sum(1 for day in days if self.is_workday(day))

    def closing(self, day: date) -> datetime:
        """When the office closes, or on a rest day would close, on `day`."""
        return self._at(day, self.hours[-1][1])

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself while the office is open, else the next time that it opens."""
        here = self.local(moment)
        for opens, closes in self._openings_from(here.date()):
            if _instant(here) < _instant(closes):
                return max(here, opens, key=_instant)
        raise CalendarError("unreachable: openings are endless")  # pragma: no cover

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Closing time of the n-th working day after the day of `start`; n = 0 gives that day's closing."""
        return self.closing(self.nth_workday(self.local(start).date(), days))

    def add_days(self, start: datetime, days: int) -> datetime:
        """Closing time of the n-th calendar day after the day of `start`, worked or not."""
        _refuse_negative(days)
        return self.closing(self.local(start).date() + timedelta(days=days))

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """The moment at which the office has worked that many hours since `start`."""
        _refuse_negative(hours)
        return self.add_working_time(start, timedelta(hours=hours))

    def add_working_time(self, start: datetime, length: timedelta) -> datetime:
        """As `add_working_hours`, to the microsecond. Nothing to add gives `start`, moved into hours."""
        here = self.local(start)
        if length <= _NOTHING:
            return here if self._is_closing(here) else self.next_opening(here)
        for opens, closes in self._openings_from(here.date()):
            begins = max(here, opens, key=_instant)
            worked = _instant(closes) - _instant(begins)
            if worked <= _NOTHING:
                continue
            if length <= worked:
                return (_instant(begins) + length).astimezone(self.zone)
            length -= worked
        raise CalendarError("unreachable: openings are endless")  # pragma: no cover

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office was open between two moments; nothing when end ≤ start."""
        first, last = self.local(start), self.local(end)
        total = _NOTHING
        day = first.date()
        while day <= last.date():
            for opens, closes in self._openings(day):
                overlap = min(_instant(closes), _instant(last)) - max(_instant(opens), _instant(first))
                total += max(overlap, _NOTHING)
            day += timedelta(days=1)
        return total

    def working_seconds_between(self, start: datetime, end: datetime) -> float:
        return self.working_time_between(start, end).total_seconds()

    def _openings(self, day: date) -> tuple[Stretch, ...]:
        found = self._reckoned.get(day)
        if found is None:
            hours = self.hours if self.is_workday(day) else ()
            found = tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in hours)
            if len(self._reckoned) >= _MOST_RECKONED:
                self._reckoned.clear()
            self._reckoned[day] = found
        return found

    def _openings_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The openings of `day` and of every working day after it, without end."""
        yield from self._openings(day)
        while True:
            day = self.next_workday(day)
            yield from self._openings(day)

    def _is_closing(self, here: datetime) -> bool:
        return any(_instant(here) == _instant(closes) for _, closes in self._openings(here.date()))

    def _at(self, day: date, wall: time) -> datetime:
        """That wall-clock time in the office's zone; a time skipped by a clock change moves past the gap."""
        there = datetime.combine(day, wall, tzinfo=self.zone)
        return there.astimezone(UTC).astimezone(self.zone)


def _instant(moment: datetime) -> datetime:
    """The same moment in UTC: datetimes of one zone are compared and subtracted by their wall clock."""
    return moment.astimezone(UTC)


def _refuse_negative(amount: float) -> None:
    if amount < 0:
        raise ValueError(f"a limit cannot be negative: {amount}")
