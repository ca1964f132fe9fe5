"""The doctor: looks whether everything that the bot needs is there, and says what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import aiohttp

from config import BotSettings, Settings, require_token
from desk.workcalendar import build_calendar, estimated_years, with_notice
from domain.answers import load_answers
from domain.catalogue import load_catalogue
from domain.clocks import check_catalogue, load_clocks
from domain.errors import DataFileError, SettingsError, StoreError, StoreUnavailable
from nlp.hearing import HearingError, find_model
from storage import audit, calendar_days, communities, copies, invariants
from storage.store import Store, Tx
from texts import doctor as words

BACKUP_STALE = 2.0  # days
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


async def examine(settings: Settings, *, deep: bool = False) -> list[Finding]:
    """Look at everything; nothing is changed but that a missing store is made. `deep`: the records too."""
    found = [_settings(settings), *_rules(settings), *await _store(settings)]
    if deep:
        found += await _records(settings)
        found += _backups(settings)
    for bot in settings.every_bot:
        if bot.token.get_secret_value():
            found.append(await _telegram(settings, bot))
    found += [await _calendar(settings), _admins(settings), _fonts(), _fast(), *_voice(settings)]
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
        load_answers(catalogue, Path(settings.answers) if settings.answers else None)
    except (DataFileError, OSError) as error:
        return [Finding(False, words.RULES_BAD, str(error))]
    return [Finding(True, words.rules_good(catalogue.name, len(catalogue.leaves)))]


async def _store(settings: Settings) -> list[Finding]:
    try:
        store = await Store.open(settings.database_url)
    except StoreUnavailable as error:
        return [Finding(False, words.store_bad(error.where), words.store_remedy(str(error)))]
    except StoreError as error:
        where = str(settings.database_path)
        return [Finding(False, words.store_bad(where), words.store_remedy(str(error)))]
    try:
        served = await store.read(communities.everyone)
    finally:
        await store.close()
    found = [Finding(True, words.store_good(store.where, len(served)))]
    if not settings.on_postgres:
        found += _file(settings.database_path)
    found += [
        Finding(None, words.no_group(c.name), words.NO_GROUP_REMEDY) for c in served if not c.group_chat_id
    ]
    return found


def _file(path: Path) -> list[Finding]:
    """The place where the file lies."""
    found = []
    free = shutil.disk_usage(path.parent).free
    if free < ENOUGH_SPACE:
        found.append(Finding(None, words.disk_low(free // 1024 // 1024), words.DISK_REMEDY))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        found.append(Finding(None, words.store_open(str(path)), words.STORE_OPEN_REMEDY))
    return found


async def _records(settings: Settings) -> list[Finding]:
    """The file, what must be true of every store, the chain of the history, and what was left undone."""
    path = settings.database_path
    found = []
    if not settings.on_postgres:
        problem = await asyncio.to_thread(copies.damage, path)
        found.append(Finding(not problem, words.FILE_WHOLE if not problem else words.file_damaged(problem)))
    try:
        store = await Store.open(settings.database_url)
    except StoreError:
        return found  # already told
    try:
        broken = await store.read(invariants.violations)
        breaks = await store.read(_breaks)
        dead = await store.read(_dead)
    except StoreError as error:
        return [*found, Finding(False, words.store_bad(str(path)), words.store_remedy(str(error)))]
    finally:
        await store.close()
    found.append(Finding(not broken, words.RECORDS_GOOD if not broken else words.records_bad(broken)))
    found.append(Finding(not breaks, words.AUDIT_GOOD if not breaks else words.audit_bad(breaks)))
    if any(dead):
        found.append(Finding(None, words.left_undone(*dead), words.UNDONE_REMEDY))
    return found


async def _breaks(tx: Tx) -> int:
    return sum([len(await audit.breaks(tx, c)) for c in await audit.sealed_communities(tx)])


async def _dead(tx: Tx) -> tuple[int, int]:
    return await tx.value("vitals.dead_updates"), await tx.value("vitals.dead_letters")


def _backups(settings: Settings) -> list[Finding]:
    if settings.on_postgres:
        return [Finding(None, words.OWN_TOOLS, words.OWN_TOOLS_REMEDY)]
    if not settings.backup_dir:
        return [Finding(None, words.NO_BACKUPS, words.NO_BACKUPS_REMEDY)]
    made = sorted(Path(settings.backup_dir).glob("minxinqiao-*.sqlite"))
    if not made:
        return [Finding(None, words.NO_BACKUP_YET, words.NO_BACKUPS_REMEDY)]
    days = (time.time() - made[-1].stat().st_mtime) / 86400
    good = True if days < BACKUP_STALE else None
    return [Finding(good, words.backup_age(made[-1].name, days), "" if good else words.BACKUP_OLD_REMEDY)]


async def _telegram(settings: Settings, bot: BotSettings) -> Finding:
    token = bot.token.get_secret_value()
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
        return Finding(False, words.token_bad(bot.name), words.TOKEN_REMEDY)
    return Finding(True, words.telegram_good(str(body["result"].get("username", ""))))


async def _calendar(settings: Settings) -> Finding:
    today = datetime.now(settings.zone).date()
    calendar = build_calendar(
        today,
        settings.holiday_calendar,
        settings.timezone,
        extra_holidays=[date.fromisoformat(day) for day in settings.extra_holidays],
        makeup_days=[date.fromisoformat(day) for day in settings.extra_workdays],
    )
    noticed = (await _entered_days(settings)).get(settings.holiday_calendar, {})
    calendar = with_notice(calendar, noticed)
    missing = [year for year in estimated_years(calendar, today) if year in (today.year, today.year + 1)]
    if missing:
        return Finding(None, words.calendar_estimated(missing), words.CALENDAR_REMEDY)
    return Finding(True, words.CALENDAR_GOOD)


async def _entered_days(settings: Settings) -> dict[str, dict[date, bool]]:
    """The notices that the office entered by itself; none when the store does not open."""
    try:
        store = await Store.open(settings.database_url)
    except StoreError:
        return {}  # said by the finding about the store
    try:
        return (await store.read(calendar_days.everything))[0]
    finally:
        await store.close()


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


def _voice(settings: Settings) -> list[Finding]:
    if not settings.voice_model_dir:
        return []
    try:
        find_model(Path(settings.voice_model_dir))
    except HearingError as error:
        return [Finding(False, words.VOICE_BAD, str(error))]
    return [Finding(True, words.VOICE_GOOD)]
