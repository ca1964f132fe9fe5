"""The office as the settings want it: catalogue, clocks, calendar, answers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from config import Settings
from desk.office import Office, Reader
from desk.workcalendar import build_calendar
from domain.answers import load_answers
from domain.catalogue import load_catalogue
from domain.clocks import check_catalogue, load_clocks
from nlp.read import read
from storage.store import Store


def open_office(settings: Settings, store: Store, reader: Reader = read) -> Office:
    """The office with its rules, as the settings want it."""
    catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
    clocks = load_clocks(Path(settings.clocks) if settings.clocks else None)
    check_catalogue(clocks, catalogue)
    zone = settings.zone
    calendar = build_calendar(
        datetime.now(zone).date(),
        settings.holiday_calendar,
        settings.timezone,
        extra_holidays=[date.fromisoformat(day) for day in settings.extra_holidays],
        makeup_days=[date.fromisoformat(day) for day in settings.extra_workdays],
    )
    return Office(
        store=store,
        catalogue=catalogue,
        clocks=clocks,
        law=calendar,
        country=settings.holiday_calendar,
        zone=zone,
        admins=settings.admin_ids,
        read=reader,
        now=lambda: datetime.now(zone),
        retention_days=settings.retention_days,
        answers=load_answers(catalogue, Path(settings.answers) if settings.answers else None),
    )
