"""The doctor: looks whether everything that the bot needs is there, and says what to do."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from config import Settings, require_token
from desk.workcalendar import build_calendar, estimated_years
from domain.catalogue import load_catalogue
from domain.clocks import check_catalogue, load_clocks
from domain.errors import DataFileError, SettingsError, StoreError
from storage import communities
from storage.store import Store
from texts import doctor as words

ENOUGH_SPACE = 500 * 1024 * 1024
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
CHINESE_FONTS = (
    "cjk",
    "wqy",
    "notosanssc",
    "simsun",
    "simhei",
    "msyh",
    "pingfang",
    "hiragino",
    "sourcehan",
    "uming",
    "ukai",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `good`: True, False, or None for a warning."""

    good: bool | None
    what: str
    remedy: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is changed but that a missing store is made."""
    found = [_settings(settings), *_rules(settings), *await _store(settings)]
    if settings.telegram_bot_token.get_secret_value():
        found.append(await _telegram(settings))
    found += [_calendar(settings), _admins(settings), _fonts(), _fast()]
    return found


def _settings(settings: Settings) -> Finding:
    try:
        require_token(settings)
    except SettingsError as error:
        return Finding(False, words.setting_bad(error.name), error.problem)
    return Finding(True, words.SETTINGS_GOOD)


def _rules(settings: Settings) -> list[Finding]:
    try:
        catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
        check_catalogue(load_clocks(Path(settings.clocks) if settings.clocks else None), catalogue)
    except (DataFileError, OSError) as error:
        return [Finding(False, words.RULES_BAD, str(error))]
    return [Finding(True, words.rules_good(catalogue.name, len(catalogue.leaves)))]


async def _store(settings: Settings) -> list[Finding]:
    path = settings.database_path
    try:
        store = await Store.open(path)
    except StoreError as error:
        return [Finding(False, words.store_bad(str(path)), words.store_remedy(str(error)))]
    try:
        served = await store.read(communities.everyone)
    finally:
        await store.close()
    free = shutil.disk_usage(path.parent).free
    found = [Finding(True, words.store_good(str(path), len(served)))]
    if free < ENOUGH_SPACE:
        found.append(Finding(None, words.disk_low(free // 1024 // 1024), words.DISK_REMEDY))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        found.append(Finding(None, words.store_open(str(path)), words.STORE_OPEN_REMEDY))
    found += [
        Finding(None, words.no_group(c.name), words.NO_GROUP_REMEDY) for c in served if not c.group_chat_id
    ]
    return found


async def _telegram(settings: Settings) -> Finding:
    token = settings.telegram_bot_token.get_secret_value()
    timeout = aiohttp.ClientTimeout(total=15)
    try:
        async with (
            aiohttp.ClientSession(trust_env=True, timeout=timeout) as session,
            session.get(f"{settings.telegram_api_base_url}{token}/getMe") as answer,
        ):
            body = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return Finding(False, words.TELEGRAM_BAD, words.telegram_remedy(type(error).__name__))
    if not isinstance(body, dict) or not body.get("ok"):
        return Finding(False, words.TOKEN_BAD, words.TOKEN_REMEDY)
    return Finding(True, words.telegram_good(str(body["result"].get("username", ""))))


def _calendar(settings: Settings) -> Finding:
    today = datetime.now(settings.zone).date()
    calendar = build_calendar(today, settings.holiday_calendar, settings.timezone)
    missing = [year for year in estimated_years(calendar, today) if year in (today.year, today.year + 1)]
    if missing:
        return Finding(None, words.calendar_estimated(missing), words.CALENDAR_REMEDY)
    return Finding(True, words.CALENDAR_GOOD)


def _admins(settings: Settings) -> Finding:
    if settings.admin_ids:
        return Finding(True, words.admins_good(len(settings.admin_ids)))
    return Finding(False, words.ADMINS_BAD, words.ADMINS_REMEDY)


def _fonts() -> Finding:
    if has_chinese_font():
        return Finding(True, words.FONTS_GOOD)
    return Finding(None, words.FONTS_BAD, words.FONTS_REMEDY)


def has_chinese_font() -> bool:
    """Whether a font with Chinese letters lies where fonts are kept."""
    return any(
        name in path.name.lower().replace("-", "").replace(" ", "")
        for folder in FONT_FOLDERS
        for path in Path(folder).rglob("*")
        for name in CHINESE_FONTS
    )


def _fast() -> Finding:
    try:
        import rjieba
    except ImportError:
        return Finding(None, words.FAST_MISSING, words.FAST_REMEDY)
    return Finding(True, words.FAST_GOOD if rjieba else words.FAST_MISSING)
