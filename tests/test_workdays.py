"""Working days and hours, against due times worked out by hand from the official notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.workcalendar import build_calendar, estimated_years
from domain.errors import CalendarError
from domain.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)


def days(first: str, last: str) -> frozenset[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return frozenset(start + timedelta(days=step) for step in range((end - start).days + 1))


# The State Council's notice for 2026, typed in from its text, and the law's days for 2027.
REST_2026 = (
    days("2026-01-01", "2026-01-03") | days("2026-02-15", "2026-02-23") | days("2026-04-04", "2026-04-06")
    | days("2026-05-01", "2026-05-05") | days("2026-06-19", "2026-06-21") | days("2026-09-25", "2026-09-27")
    | days("2026-10-01", "2026-10-07")
)  # fmt: skip
WORKED_2026 = frozenset(
    date.fromisoformat(day)
    for day in ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
)
REST_2027 = days("2027-01-01", "2027-01-01") | days("2027-02-05", "2027-02-10")

CHINA = WorkCalendar(
    zone=SHANGHAI,
    holidays=REST_2026 | REST_2027,
    makeup_days=WORKED_2026,
    covered_years=frozenset({2026}),
)
UK = WorkCalendar(zone=LONDON)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


# What whole limits come to stands in data/due_times.tsv (tests/test_due_times.py); here is the rest.
WORKING_HOURS = [
    ("2026-03-02 11:45", 0.5, "2026-03-02 13:45"),
    ("2026-03-02 11:59:30", 1, "2026-03-02 14:29:30"),
    # nothing to add: the moment, moved into hours
    ("2026-03-02 10:00", 0, "2026-03-02 10:00"),
    ("2026-03-02 12:00", 0, "2026-03-02 12:00"),
    ("2026-03-02 12:30", 0, "2026-03-02 13:30"),
    ("2026-03-07 12:30", 0, "2026-03-09 09:00"),
]


@pytest.mark.parametrize(("start", "hours", "due"), WORKING_HOURS)
def test_working_hours_run_only_while_the_office_is_open(start: str, hours: float, due: str) -> None:
    assert CHINA.add_working_hours(at(start), hours) == at(due)


def test_no_working_day_to_add_is_the_closing_of_that_day() -> None:
    assert CHINA.add_working_days(at("2026-03-02 10:00"), 0) == at("2026-03-02 17:30")


NIGHT_SHIFT = WorkCalendar(zone=LONDON, hours=((time(0), time(4)),), weekend=frozenset())


def test_a_night_with_a_skipped_hour_has_one_working_hour_less() -> None:
    midnight = at("2026-03-29 00:00", LONDON)
    assert NIGHT_SHIFT.add_working_hours(midnight, 2) == at("2026-03-29 03:00", LONDON)
    assert NIGHT_SHIFT.working_seconds_between(midnight, at("2026-03-29 12:00", LONDON)) == 3 * 3600


def test_a_night_with_a_doubled_hour_has_one_working_hour_more() -> None:
    midnight = at("2026-10-25 00:00", LONDON)
    due = NIGHT_SHIFT.add_working_hours(midnight, 2)
    assert due.astimezone(UTC) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert (due.hour, due.fold) == (1, 1)
    assert NIGHT_SHIFT.working_seconds_between(midnight, at("2026-10-25 12:00", LONDON)) == 5 * 3600


def test_an_opening_that_does_not_exist_that_day_is_skipped() -> None:
    early = WorkCalendar(zone=LONDON, hours=((time(1), time(2)),), weekend=frozenset())
    assert early.working_seconds_between(at("2026-03-29 00:00", LONDON), at("2026-03-29 23:00", LONDON)) == 0
    assert early.add_working_hours(at("2026-03-29 00:00", LONDON), 1) == at("2026-03-30 02:00", LONDON)


BETWEEN = [
    ("2026-03-02 09:00", "2026-03-02 11:00", 2.0),
    ("2026-03-02 11:00", "2026-03-02 14:30", 2.0),
    ("2026-03-02 00:00", "2026-03-03 00:00", 7.0),
    ("2026-03-06 16:30", "2026-03-09 10:00", 2.0),
    ("2026-02-13 17:00", "2026-02-24 09:30", 8.0),  # 0.5 + the worked Saturday + 0.5
    ("2026-03-07 09:00", "2026-03-08 17:30", 0.0),
    ("2026-03-02 11:00", "2026-03-02 09:00", 0.0),
]


@pytest.mark.parametrize(("start", "end", "hours"), BETWEEN)
def test_working_time_between_two_moments(start: str, end: str, hours: float) -> None:
    assert CHINA.working_seconds_between(at(start), at(end)) == hours * 3600


def test_working_days_between_count_the_last_day_but_not_the_first() -> None:
    assert CHINA.workdays_between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert CHINA.workdays_between(date(2026, 3, 2), date(2026, 3, 2)) == 0
    assert CHINA.workdays_between(date(2026, 3, 6), date(2026, 3, 2)) == 0


def test_open_and_closed() -> None:
    assert CHINA.is_open(at("2026-03-02 09:00"))
    assert not CHINA.is_open(at("2026-03-02 12:00"))
    assert not CHINA.is_open(at("2026-03-02 12:45"))
    assert CHINA.is_open(at("2026-02-14 10:00"))
    assert not CHINA.is_open(at("2026-02-16 10:00"))
    assert CHINA.next_opening(at("2026-02-14 17:30")) == at("2026-02-24 09:00")
    assert CHINA.next_opening(at("2026-03-02 10:17")) == at("2026-03-02 10:17")


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = at("2026-03-02 09:00").replace(tzinfo=None)
    for add in (CHINA.add_working_hours, CHINA.add_working_days, CHINA.add_days):
        with pytest.raises(ValueError, match="aware"):
            add(naive, 1)


def test_a_negative_limit_is_refused() -> None:
    for add in (CHINA.add_working_hours, CHINA.add_working_days, CHINA.add_days):
        with pytest.raises(ValueError, match="negative"):
            add(at("2026-03-02 09:00"), -1)


BAD_HOURS = [
    (),
    ((time(12), time(9)),),
    ((time(9), time(9)),),
    ((time(9), time(12)), (time(11), time(17))),
    ((time(9, tzinfo=UTC), time(12, tzinfo=UTC)),),
]


@pytest.mark.parametrize("hours", BAD_HOURS)
def test_impossible_opening_hours_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(CalendarError):
        WorkCalendar(zone=SHANGHAI, hours=hours)


def test_an_office_that_never_works_is_an_error_not_an_endless_loop() -> None:
    closed = WorkCalendar(zone=SHANGHAI, weekend=frozenset(range(7)))
    with pytest.raises(CalendarError, match="no working day"):
        closed.add_working_hours(at("2026-03-02 09:00"), 1)


moments = st.timedeltas(timedelta(0), timedelta(days=1096)).map(lambda gone: at("2025-06-01T00:00Z") + gone)
calendars = st.sampled_from([CHINA, UK, NIGHT_SHIFT])
lengths = st.timedeltas(timedelta(0), timedelta(hours=120))


@given(calendars, moments, st.integers(1, 60))
def test_a_day_limit_is_after_its_start(calendar: WorkCalendar, start: datetime, count: int) -> None:
    day = calendar.local(start).date()
    assert calendar.add_working_days(start, count).date() > day
    assert calendar.add_days(start, count).date() > day
    assert calendar.is_workday(calendar.add_working_days(start, count).date())
    assert calendar.add_working_days(start, count) >= calendar.add_days(start, count)


@given(calendars, moments, st.integers(0, 40), st.integers(0, 40))
def test_n_then_m_days_are_n_plus_m_days(calendar: WorkCalendar, start: datetime, n: int, m: int) -> None:
    for add in (calendar.add_working_days, calendar.add_days):
        assert add(add(start, n), m) == add(start, n + m)


@given(calendars, moments, lengths, lengths)
def test_working_time_adds_up(calendar: WorkCalendar, start: datetime, n: timedelta, m: timedelta) -> None:
    add = calendar.add_working_time
    assert add(add(start, n), m).astimezone(UTC) == add(start, n + m).astimezone(UTC) or not n + m


@given(calendars, moments, lengths)
def test_working_time_added_is_working_time_found(
    calendar: WorkCalendar, start: datetime, length: timedelta
) -> None:
    due = calendar.add_working_time(start, length)
    assert due >= start
    assert calendar.working_time_between(start, due) == length


@given(calendars, moments, moments)
def test_a_later_arrival_is_never_due_earlier(calendar: WorkCalendar, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert calendar.add_working_hours(first, 4) <= calendar.add_working_hours(second, 4)
    assert calendar.add_working_days(first, 3) <= calendar.add_working_days(second, 3)
    assert calendar.add_days(first, 7) <= calendar.add_days(second, 7)


# ---- the calendar built from the library


def test_the_mainland_calendar_is_the_official_notice_of_2026() -> None:
    built = build_calendar(TODAY)
    year = days("2026-01-01", "2026-12-31")
    assert {day for day in year if built.is_workday(day)} == {day for day in year if CHINA.is_workday(day)}
    assert built.zone == SHANGHAI
    assert built.hours == CHINA.hours


def test_national_day_2025_with_its_makeup_days() -> None:
    built = build_calendar(TODAY)
    assert not any(built.is_workday(day) for day in days("2025-10-01", "2025-10-08"))
    assert built.is_workday(date(2025, 9, 28))
    assert built.is_workday(date(2025, 10, 11))


def test_a_year_without_notice_is_an_estimate_until_the_office_enters_it() -> None:
    built = build_calendar(TODAY)
    assert built.covers(2026)
    assert built.covers(2025)
    noticed_by_library = built.covers(2027)
    assert estimated_years(built, TODAY) == (() if noticed_by_library else (2027,))
    assert not built.covers(2029)
    assert not built.is_workday(date(2027, 2, 8))
    entered = build_calendar(
        TODAY, extra_holidays=days("2029-02-13", "2029-02-20"), makeup_days=[date(2029, 2, 24)]
    )
    assert entered.covers(2029)
    assert entered.is_workday(date(2029, 2, 24))
    assert not entered.is_workday(date(2029, 2, 20))


def test_a_makeup_day_of_the_office_wins_over_the_law() -> None:
    built = build_calendar(TODAY, makeup_days=[date(2026, 10, 7)], extra_holidays=[date(2026, 10, 7)])
    assert built.is_workday(date(2026, 10, 7))
    assert not build_calendar(TODAY, extra_holidays=[date(2026, 11, 23)]).is_workday(date(2026, 11, 23))


ELSEWHERE = [
    ("HK", "Asia/Hong_Kong", "2026-04-03", "2026-04-01"),  # Good Friday
    ("HK", "Asia/Hong_Kong", "2026-11-21", "2026-11-20"),  # a Saturday
    ("MO", "Asia/Macau", "2026-12-21", "2026-02-16"),  # rest moved from Sunday; half day on New Year's Eve
    ("TW", "Asia/Taipei", "2026-10-09", "2026-10-08"),  # National Day's day off
    ("SG", "Asia/Singapore", "2026-08-10", "2026-08-11"),  # National Day on a Sunday
    ("MY", "Asia/Kuala_Lumpur", "2026-08-31", "2026-09-01"),  # Merdeka
]


@pytest.mark.parametrize(("country", "zone", "rest", "worked"), ELSEWHERE)
def test_other_places_keep_their_own_days(country: str, zone: str, rest: str, worked: str) -> None:
    built = build_calendar(TODAY, country, zone)
    assert not built.is_workday(date.fromisoformat(rest))
    assert built.is_workday(date.fromisoformat(worked))
    assert estimated_years(built, TODAY) == ()


def test_a_friday_and_saturday_weekend_can_be_set() -> None:
    kedah = build_calendar(TODAY, "MY", "Asia/Kuala_Lumpur", subdivision="02", weekend=(4, 5))
    assert kedah.is_workday(date(2026, 11, 22))
    assert not kedah.is_workday(date(2026, 11, 20))


def test_unknown_places_are_refused_with_a_choice() -> None:
    with pytest.raises(CalendarError, match="CN, HK, MO, TW, SG, MY"):
        build_calendar(TODAY, "XX")
    with pytest.raises(CalendarError, match="no part 'ZZ'"):
        build_calendar(TODAY, "MY", subdivision="ZZ")


def test_other_opening_hours_move_the_closing() -> None:
    afternoon = replace(CHINA, hours=((time(9), time(12)), (time(14), time(18))))
    assert afternoon.add_working_days(at("2026-03-02 10:00"), 1) == at("2026-03-03 18:00")
    assert afternoon.add_working_hours(at("2026-03-02 11:00"), 2) == at("2026-03-02 15:00")
