"""Promises, pauses, extensions and warnings, against times worked out by hand; bad clocks files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import CATALOGUE_FOLDER, Leaf, load_catalogue
from domain.clocks import (
    Limit,
    Paused,
    Unit,
    check_catalogue,
    due_after,
    escalations,
    extend,
    follow_up_due,
    load_clocks,
    objection_until,
    promise,
    return_due,
    shift,
    warn_at,
    warnings,
)
from domain.errors import DataFileError
from domain.limits import DEFAULT_CLOCKS
from domain.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")
CATALOGUE = load_catalogue()
CLOCKS = load_clocks()
ROLLING = replace(CLOCKS, rolls_on=True)

CALENDAR = WorkCalendar(
    zone=SHANGHAI,
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)) | {date(2027, 1, 1)},
    makeup_days=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
    covered_years=frozenset({2026}),
)
UK = WorkCalendar(zone=LONDON)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def in_2026(text: str) -> datetime:
    return at(text if text.startswith("20") else f"2026-{text}")


# leaf, urgency, kind, marked 复杂, received → class, receive by, answer by (2026 unless a year is named)
PROMISES = [
    ("elevator", "一般", "投诉", False, "03-02 10:00", "一般", "03-03 17:30", "03-09 17:30"),
    ("elevator", "一般", "投诉", False, "03-06 20:00", "一般", "03-09 17:30", "03-13 17:30"),
    ("elevator", "特急", "求助", False, "03-06 23:50", "特急", "03-07 00:05", "03-07 01:50"),
    ("elevator", "紧急", "求助", False, "03-07 22:00", "紧急", "03-07 22:30", "03-08 22:00"),
    ("parking", "一般", "投诉", True, "03-02 10:00", "复杂", "03-03 17:30", "03-17 17:30"),
    ("subsistence", "一般", "咨询", False, "03-05 10:00", "咨询", "03-06 17:30", "03-10 17:30"),
    ("subsistence", "一般", "求助", False, "02-13 10:00", "一般", "02-14 17:30", "02-20 17:30"),
    ("certificate", "一般", "咨询", False, "02-13 10:00", "咨询", "02-14 17:30", "02-25 17:30"),
    ("certificate", "一般", "咨询", False, "02-27 22:00", "咨询", "02-28 17:30", "03-03 17:30"),
    # categories with limits of their own
    ("exposed_rubbish", "一般", "投诉", False, "03-02 09:00", "暴露垃圾", "03-02 10:00", "03-02 14:30"),
    ("exposed_rubbish", "一般", "投诉", False, "03-06 18:00", "暴露垃圾", "03-09 10:00", "03-09 14:30"),
    ("street_cleaning", "一般", "投诉", False, "03-02 11:30", "道路保洁", "03-02 14:00", "03-02 15:00"),
    ("manhole_drain", "一般", "投诉", False, "03-02 16:00", "积水排水", "03-02 17:00", "03-03 11:30"),
    ("greenery", "一般", "投诉", False, "03-05 10:00", "绿地养护", "03-06 17:30", "03-12 17:30"),
    ("illegal_building", "一般", "举报", False, "02-24 09:00", "私搭乱建", "02-24 10:00", "03-23 17:30"),
    ("power_supply", "一般", "求助", False, "03-07 21:00", "水电气热", "03-07 21:30", "03-08 21:00"),
    # a question or a suggestion about them has not
    ("exposed_rubbish", "一般", "咨询", False, "03-02 09:00", "咨询", "03-03 17:30", "03-05 17:30"),
    ("power_supply", "一般", "建议", False, "03-02 09:00", "一般", "03-03 17:30", "03-09 17:30"),
    ("greenery", "一般", "表扬", False, "03-02 09:00", "一般", "03-03 17:30", "03-09 17:30"),
    # urgent: whichever ends sooner; asking about a danger does not slow it down
    ("street_cleaning", "紧急", "投诉", False, "03-02 09:00", "道路保洁", "03-02 09:30", "03-02 11:00"),
    ("street_cleaning", "紧急", "投诉", False, "03-07 09:00", "紧急", "03-07 09:30", "03-08 09:00"),
    ("gas_supply", "特急", "咨询", False, "03-02 09:00", "特急", "03-02 09:15", "03-02 11:00"),
    ("gas_supply", "特急", "投诉", True, "12-31 23:30", "特急", "12-31 23:45", "2027-01-01 01:30"),
    # year end, and a moment written in another zone
    ("parking", "一般", "投诉", False, "12-31 10:00", "一般", "2027-01-04 17:30", "2027-01-07 17:30"),
    ("parking", "一般", "投诉", False, "2026-03-02T16:30+00:00", "一般", "03-04 17:30", "03-10 17:30"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("leaf", "urgency", "kind", "hard", "received", "name", "accept", "answer"), PROMISES
)
def test_a_promise_says_by_when(
    leaf: str, urgency: str, kind: str, hard: bool, received: str, name: str, accept: str, answer: str
) -> None:
    made = promise(
        CLOCKS, CATALOGUE.leaf(leaf), urgency, kind, in_2026(received), CALENDAR, complex_case=hard
    )
    assert (made.class_name, made.accept_due, made.answer_due) == (name, in_2026(accept), in_2026(answer))


def test_illegal_building_has_its_steps_on_the_way() -> None:
    made = promise(
        CLOCKS, CATALOGUE.leaf("illegal_building"), "一般", "举报", at("2026-02-24 09:00"), CALENDAR
    )
    assert made.steps == (
        ("责令停工", at("2026-02-24 14:30")),
        ("作出处罚", at("2026-03-04 17:30")),
        ("拆除", at("2026-03-23 17:30")),
    )


def test_a_promise_into_a_year_without_notice_is_marked_as_estimate() -> None:
    leaf = CATALOGUE.leaf("certificate")
    assert promise(CLOCKS, leaf, "一般", "咨询", at("2026-12-31 10:00"), CALENDAR).estimated
    assert not promise(CLOCKS, leaf, "一般", "咨询", at("2026-12-01 10:00"), CALENDAR).estimated
    assert not promise(CLOCKS, leaf, "特急", "求助", at("2026-12-31 23:30"), CALENDAR).estimated


def test_calendar_days_can_roll_on_to_a_working_day() -> None:
    seven = Limit(7, Unit.DAY)
    assert due_after(CLOCKS, at("2026-02-13 10:00"), seven, CALENDAR) == at("2026-02-20 17:30")
    assert due_after(ROLLING, at("2026-02-13 10:00"), seven, CALENDAR) == at("2026-02-24 17:30")
    assert due_after(ROLLING, at("2026-02-07 10:00"), seven, CALENDAR) == at("2026-02-14 17:30")


def test_a_day_of_24_hours_is_24_hours_over_a_change_to_summer_time() -> None:
    due = due_after(CLOCKS, at("2026-03-28 12:00", LONDON), Limit(24, Unit.HOUR), UK)
    assert due == at("2026-03-29T13:00+01:00")
    due = due_after(CLOCKS, at("2026-10-24 12:00", LONDON), Limit(24, Unit.HOUR), UK)
    assert due == at("2026-10-25T11:00+00:00")


# due, paused since, until, unit → due
PAUSES = [
    # minutes and hours: the whole pause
    ("2026-03-02 12:00", "2026-03-02 10:00", "2026-03-02 10:40", Unit.MINUTE, "2026-03-02 12:40"),
    ("2026-03-03 10:00", "2026-03-02 18:00", "2026-03-04 18:00", Unit.HOUR, "2026-03-05 10:00"),
    ("2026-03-07 22:00", "2026-03-07 21:59", "2026-03-09 09:00", Unit.HOUR, "2026-03-09 09:01"),
    # office hours: only those that passed in the pause
    ("2026-03-02 14:30", "2026-03-02 10:00", "2026-03-02 11:00", Unit.WORKING_HOUR, "2026-03-02 15:30"),
    ("2026-03-02 14:30", "2026-03-02 12:00", "2026-03-02 13:30", Unit.WORKING_HOUR, "2026-03-02 14:30"),
    ("2026-03-02 17:00", "2026-03-02 16:00", "2026-03-03 10:00", Unit.WORKING_HOUR, "2026-03-03 11:00"),
    ("2026-03-09 11:30", "2026-03-06 17:30", "2026-03-09 09:00", Unit.WORKING_HOUR, "2026-03-09 11:30"),
    ("2026-02-14 14:00", "2026-02-13 17:00", "2026-02-24 09:30", Unit.WORKING_HOUR, "2026-02-24 15:00"),
    # working days begun in the pause
    ("2026-03-05 17:30", "2026-03-03 10:00", "2026-03-03 16:00", Unit.WORKING_DAY, "2026-03-05 17:30"),
    ("2026-03-05 17:30", "2026-03-03 10:00", "2026-03-04 09:00", Unit.WORKING_DAY, "2026-03-06 17:30"),
    ("2026-03-05 17:30", "2026-03-03 10:00", "2026-03-06 09:00", Unit.WORKING_DAY, "2026-03-10 17:30"),
    ("2026-03-10 17:30", "2026-03-06 10:00", "2026-03-08 20:00", Unit.WORKING_DAY, "2026-03-10 17:30"),
    ("2026-02-13 17:30", "2026-02-13 10:00", "2026-02-24 10:00", Unit.WORKING_DAY, "2026-02-24 17:30"),
    # calendar days begun in the pause
    ("2026-03-09 17:30", "2026-03-04 10:00", "2026-03-04 23:00", Unit.DAY, "2026-03-09 17:30"),
    ("2026-03-09 17:30", "2026-03-04 23:59", "2026-03-05 00:01", Unit.DAY, "2026-03-10 17:30"),
    ("2026-03-09 17:30", "2026-03-06 10:00", "2026-03-09 09:00", Unit.DAY, "2026-03-12 17:30"),
    # no pause, and a limit that had passed before it
    ("2026-03-09 17:30", "2026-03-06 10:00", "2026-03-06 10:00", Unit.DAY, "2026-03-09 17:30"),
    ("2026-03-02 12:00", "2026-03-02 12:00", "2026-03-05 12:00", Unit.HOUR, "2026-03-02 12:00"),
    ("2026-03-02 12:00", "2026-03-02 13:30", "2026-03-05 12:00", Unit.WORKING_HOUR, "2026-03-02 12:00"),
    ("2026-03-02 17:30", "2026-03-03 13:30", "2026-03-05 12:00", Unit.DAY, "2026-03-02 17:30"),
]


@pytest.mark.parametrize(("due", "since", "until", "unit", "moved"), PAUSES)
def test_a_pause_moves_the_limit(due: str, since: str, until: str, unit: Unit, moved: str) -> None:
    assert shift(at(due), Paused(at(since), at(until)), unit, CALENDAR) == at(moved)


def test_a_moved_calendar_day_rolls_on_where_the_office_wants_it() -> None:
    pause = Paused(at("2026-03-04 10:00"), at("2026-03-09 10:00"))
    assert shift(at("2026-03-09 17:30"), pause, Unit.DAY, CALENDAR) == at("2026-03-14 17:30")
    assert shift(at("2026-03-09 17:30"), pause, Unit.DAY, CALENDAR, rolls_on=True) == at("2026-03-16 17:30")


def test_an_hour_paused_over_a_change_to_summer_time_is_a_real_hour() -> None:
    pause = Paused(at("2026-03-29 00:30", LONDON), at("2026-03-29 02:30", LONDON))
    assert shift(at("2026-03-29 12:00", LONDON), pause, Unit.HOUR, UK) == at("2026-03-29T13:00+01:00")


EXTENSIONS = [
    ("2026-03-09 17:30", "3 工作日", "2026-03-12 17:30"),
    ("2026-02-13 17:30", "3 工作日", "2026-02-25 17:30"),
    ("2026-03-09 17:30", "15 天", "2026-03-24 17:30"),
    ("2026-03-02 16:30", "2 工作时", "2026-03-03 10:00"),
    ("2026-03-02 16:30", "48 小时", "2026-03-04 16:30"),
]


@pytest.mark.parametrize(("due", "by", "extended"), EXTENSIONS)
def test_an_extension_counts_from_the_old_limit(due: str, by: str, extended: str) -> None:
    assert extend(CLOCKS, at(due), Limit.parse(by), CALENDAR) == at(extended)


WARNINGS = [
    # by the clock
    ("2026-03-02 10:00", "2026-03-02 12:00", 0.5, Unit.HOUR, "2026-03-02 11:00"),
    ("2026-03-07 22:00", "2026-03-08 22:00", 0.75, Unit.HOUR, "2026-03-08 16:00"),
    ("2026-03-07 23:00", "2026-03-07 23:30", 0.5, Unit.MINUTE, "2026-03-07 23:15"),
    # by office hours: never at night or at noon
    ("2026-03-02 09:00", "2026-03-02 14:30", 0.5, Unit.WORKING_HOUR, "2026-03-02 11:00"),
    ("2026-03-02 09:00", "2026-03-02 14:30", 0.75, Unit.WORKING_HOUR, "2026-03-02 12:00"),
    ("2026-03-06 18:00", "2026-03-09 14:30", 0.5, Unit.WORKING_HOUR, "2026-03-09 11:00"),
    ("2026-03-02 17:30", "2026-03-03 17:30", 0.5, Unit.WORKING_DAY, "2026-03-03 14:00"),
    ("2026-03-06 20:00", "2026-03-13 17:30", 0.5, Unit.DAY, "2026-03-11 14:00"),
    ("2026-03-06 20:00", "2026-03-13 17:30", 1.0, Unit.DAY, "2026-03-13 17:30"),
    # a limit that ends before the office opens again
    ("2026-02-15 17:30", "2026-02-17 17:30", 0.5, Unit.DAY, "2026-02-16 17:30"),
]


@pytest.mark.parametrize(("created", "due", "part", "unit", "moment"), WARNINGS)
def test_a_warning_falls_when_its_part_of_the_time_is_used(
    created: str, due: str, part: float, unit: Unit, moment: str
) -> None:
    assert warn_at(at(created), at(due), part, unit, CALENDAR) == at(moment)


def test_the_warnings_of_the_file_come_in_order() -> None:
    found = warnings(CLOCKS, at("2026-03-02 10:00"), at("2026-03-02 12:00"), Unit.HOUR, CALENDAR)
    assert found == (
        (0.5, at("2026-03-02 11:00")),
        (0.75, at("2026-03-02 11:30")),
        (1.0, at("2026-03-02 12:00")),
    )


def test_a_warning_outside_the_time_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        warn_at(at("2026-03-02 10:00"), at("2026-03-02 12:00"), 1.5, Unit.HOUR, CALENDAR)


def test_handler_and_lead_are_called_at_once_then_one_rung_a_working_day() -> None:
    assert escalations(CLOCKS, at("2026-03-05 17:30"), CALENDAR) == (
        ("handler", at("2026-03-05 17:30")),
        ("staff_lead", at("2026-03-05 17:30")),
        ("subdistrict", at("2026-03-06 17:30")),
        ("department", at("2026-03-09 17:30")),
    )
    one_by_one = replace(CLOCKS, ladder_at_once=1)
    assert [when for _, when in escalations(one_by_one, at("2026-03-05 17:30"), CALENDAR)] == [
        at("2026-03-05 17:30"),
        at("2026-03-06 17:30"),
        at("2026-03-09 17:30"),
        at("2026-03-10 17:30"),
    ]


def test_the_windows_after_assigning_and_closing() -> None:
    friday = at("2026-03-06 16:00")
    assert return_due(CLOCKS, "general", friday, CALENDAR) == at("2026-03-09 17:30")
    assert return_due(CLOCKS, "complex", friday, CALENDAR) == at("2026-03-10 17:30")
    assert return_due(CLOCKS, "critical", friday, CALENDAR) == at("2026-03-06 16:15")
    assert follow_up_due(CLOCKS, friday, CALENDAR) == at("2026-03-09 17:30")
    assert objection_until(CLOCKS, friday, CALENDAR) == at("2026-03-09 16:00")


def test_every_leaf_of_both_profiles_has_its_clock() -> None:
    for catalogue in (CATALOGUE, load_catalogue(CATALOGUE_FOLDER / "five_networks.toml")):
        check_catalogue(CLOCKS, catalogue)


def test_steps_end_with_the_answer() -> None:
    for clock in CLOCKS.classes.values():
        for step in clock.steps[-1:]:
            assert step.limit == clock.answer


start_of_2026 = at("2026-01-01 00:00")
moments = st.timedeltas(timedelta(0), timedelta(days=500)).map(lambda gone: start_of_2026 + gone)
units = st.sampled_from(Unit)
limits = st.builds(Limit, st.integers(1, 60), units)
calendars = st.sampled_from([CALENDAR, UK])


@given(limits, moments, calendars, st.booleans())
def test_due_is_never_before_receipt(
    limit: Limit, start: datetime, calendar: WorkCalendar, rolls: bool
) -> None:
    due = due_after(ROLLING if rolls else CLOCKS, start, limit, calendar)
    assert due > start
    assert due.tzinfo == calendar.zone


@given(st.sampled_from(CATALOGUE.leaves), st.sampled_from(["特急", "紧急", "一般"]), moments)
def test_every_promise_is_ahead_and_urgency_never_slows_it(leaf: Leaf, urgency: str, start: datetime) -> None:
    made = promise(CLOCKS, leaf, urgency, "投诉", start, CALENDAR)
    calm = promise(CLOCKS, leaf, "一般", "投诉", start, CALENDAR)
    assert start < made.accept_due
    assert start < made.answer_due <= calm.answer_due
    assert made.accept_due <= calm.accept_due


@given(moments, st.integers(1, 40), st.timedeltas(timedelta(0), timedelta(days=9)),
       st.timedeltas(timedelta(0), timedelta(days=9)), calendars)  # fmt: skip
def test_what_was_left_before_a_pause_is_left_after_it(
    start: datetime, hours: int, before: timedelta, length: timedelta, calendar: WorkCalendar
) -> None:
    since, until = start + before, start + before + length
    for unit in (Unit.HOUR, Unit.WORKING_HOUR):
        due = due_after(CLOCKS, start, Limit(hours, unit), calendar)
        moved = shift(due, Paused(since, until), unit, calendar)
        if since >= due:
            assert moved == due
        elif unit is Unit.HOUR:
            assert moved - until == due - since
        else:
            left = calendar.working_time_between(since, due)
            assert calendar.working_time_between(until, moved) == left


@given(moments, limits, moments, moments)
def test_a_pause_never_brings_a_limit_forward(
    start: datetime, limit: Limit, one: datetime, other: datetime
) -> None:
    due = due_after(CLOCKS, start, limit, CALENDAR)
    assert shift(due, Paused(*sorted((one, other))), limit.unit, CALENDAR) >= due


@given(moments, limits, st.floats(0, 1), calendars)
def test_a_warning_lies_between_receipt_and_limit(
    start: datetime, limit: Limit, part: float, calendar: WorkCalendar
) -> None:
    due = due_after(CLOCKS, start, limit, calendar)
    moment = warn_at(start, due, part, limit.unit, calendar)
    assert start <= moment <= due
    if not limit.unit.runs_day_and_night and part < 1:
        day = calendar.local(moment).date()
        assert calendar.is_workday(day) or not calendar.working_time_between(start, due)


@given(st.integers(1, 9999), units)
def test_a_limit_is_read_as_it_is_written(amount: int, unit: Unit) -> None:
    assert Limit.parse(str(Limit(amount, unit))) == Limit(amount, unit)
    assert Limit.parse(f"{amount}{unit.value}") == Limit(amount, unit)


@pytest.mark.parametrize(
    "text", ["", "天", "0 天", "-1 天", "1.5 天", "三 天", "4 hours", "10000 天", "4", "٣ 天"]
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a limit|no known unit"):
        Limit.parse(text)


# what is replaced in the shipped file → by what, and what the error says
BROKEN = [
    ('answer = "7 天"', 'answer = "7 days"', "'7 days' has no known unit"),
    ('answer = "7 天"', "answer = 7", "write it as text"),
    ('answer = "7 天"', 'anwser = "7 天"', "unknown field 'anwser'"),
    ("warnings = [50, 75, 100]", "warnings = [75, 50]", "must ascend"),
    ("warnings = [50, 75, 100]", "warnings = [0, 150]", "whole percents"),
    ('"特急" = "critical"', '"特级" = "critical"', "unknown field '特级'"),
    ('"咨询" = "consult"', '"咨询" = "ask"', "'ask' is no clock of this file"),
    ('days_on_rest_day = "stay"', 'days_on_rest_day = "jump"', "unknown rule 'jump'"),
    ('follow_up = "1 工作日"', 'follow_up = "soon"', "'soon' is not a limit"),
    ('ladder = ["handler", ', 'ladder = ["staff_lead", ', "'staff_lead' stands twice"),
    ('"拆除" = "20 工作日"', '"拆除" = "20 周"', "'20 周' has no known unit"),
    ('name = "水电气热"', 'name = ""', "'name' must be text"),
    ('code = "default"', 'code = "default', "not valid TOML"),
]


@pytest.mark.parametrize(("before", "after", "complaint"), BROKEN)
def test_a_broken_clocks_file_names_the_line(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    text = DEFAULT_CLOCKS.read_text(encoding="utf-8")
    line = text[: text.index(before)].count("\n") + 1
    broken = tmp_path / "clocks.toml"
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_clocks(broken)
    assert complaint in str(caught.value)
    assert (caught.value.path, caught.value.line) == (broken, line)
    assert caught.value.remedy


@pytest.mark.parametrize("missing", ["general", "complex"])
def test_a_needed_clock_cannot_be_missing(tmp_path: Path, missing: str) -> None:
    text = DEFAULT_CLOCKS.read_text(encoding="utf-8")
    broken = tmp_path / "clocks.toml"
    broken.write_text(text.replace(f"[clocks.{missing}]", f"[clocks.{missing}_renamed]"), encoding="utf-8")
    with pytest.raises(DataFileError, match=f"'{missing}' is missing"):
        load_clocks(broken)


def test_a_category_whose_clock_does_not_exist_is_found_at_its_line(tmp_path: Path) -> None:
    text = CATALOGUE.path.read_text(encoding="utf-8")
    before = 'clock = "greenery"'
    broken = tmp_path / "catalogue.toml"
    broken.write_text(text.replace(before, 'clock = "gardening"'), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"clock 'gardening' is not in default\.toml") as caught:
        check_catalogue(CLOCKS, load_catalogue(broken))
    assert caught.value.line == text[: text.index(before)].count("\n") + 1


def test_moments_in_any_zone_give_the_same_limit() -> None:
    here, there = at("2026-03-02 10:00"), at("2026-03-02 10:00").astimezone(UTC)
    leaf = CATALOGUE.leaf("leak")
    assert promise(CLOCKS, leaf, "一般", "投诉", here, CALENDAR) == promise(
        CLOCKS, leaf, "一般", "投诉", there, CALENDAR
    )
