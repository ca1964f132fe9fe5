"""The Bot API's counter: finds the method, applies limits and faults, writes the journal."""

from __future__ import annotations

import asyncio
import inspect
import time
from dataclasses import dataclass
from typing import Any

from standin import copying, editing, profile, reactions, rooms, sending
from standin.book import Book
from standin.call import METHODS, Call, Method, Upload
from standin.faults import Rule
from standin.refuse import Refusal, method_not_found, too_many, unauthorized

Json = dict[str, Any]

MODULES = (copying, editing, profile, reactions, rooms, sending)  # imported for the table that they fill


@dataclass(frozen=True)
class Answer:
    """What goes back to the bot; `drop` closes the connection instead."""

    status: int
    body: Json | bytes
    drop: bool = False


GARBAGE = b'{"ok":true,"result":[{"upd\x00\xff'
PROXY_PAGE = b"<html><head><title>%d Bad Gateway</title></head><body><center>nginx</center></body></html>"


async def answer(book: Book, token: str, name: str, params: Json, files: dict[str, Upload]) -> Answer:
    """Handle one request of a bot."""
    bot = book.bot_by_token(token)
    if bot is None:
        return _refused(unauthorized())
    method = METHODS.get(name.lower())
    if method is None:
        book.journal.count_call(name, ok=False)
        return _refused(method_not_found())
    wait, rule = book.faults.for_call(method.name, bot.id) if book.faults.rules else (0.0, None)
    if wait:
        await asyncio.sleep(wait)
    call = Call(book, bot, params, files)
    start = time.monotonic()
    if rule is not None and rule.kind in {"drop_before", "error_before", "retry_after", "no_method"}:
        broken = _broken(rule)
        _write(call, method, start, effect=False, fault=rule.kind, error=_described(broken))
        return broken
    return await _effect(call, method, start, rule)


async def _effect(call: Call, method: Method, start: float, rule: Rule | None) -> Answer:
    fault = rule.kind if rule else None
    try:
        _limit(call, method)
        call.require(method.required)
        result = method.run(call)
        if inspect.isawaitable(result):
            result = await result
    except Refusal as refusal:
        _write(call, method, start, effect=False, fault=fault, error=refusal.body())
        return _broken(rule) if rule else _refused(refusal)
    _write(call, method, start, effect=True, fault=fault, result=result)
    if rule is not None:
        return _broken(rule)
    return Answer(200, {"ok": True, "result": result})


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.code, refusal.body())


def _broken(rule: Rule) -> Answer:
    if rule.kind.startswith("drop"):
        return Answer(0, b"", drop=True)
    if rule.kind == "retry_after":
        return _refused(too_many(rule.seconds))
    if rule.kind == "no_method":
        return _refused(method_not_found())
    if rule.kind == "garbage":
        return Answer(200, GARBAGE)
    if rule.html:
        return Answer(rule.status, PROXY_PAGE % rule.status)
    words = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
    return Answer(rule.status, Refusal(rule.status, words.get(rule.status, "Gateway Timeout")).body())


def _described(broken: Answer) -> Json:
    return broken.body if isinstance(broken.body, dict) else {"ok": False, "error_code": broken.status}


def _limit(call: Call, method: Method) -> None:
    if not method.counts:
        return
    chat = call.params.get("chat_id")
    try:
        chat_id = int(chat) if chat is not None else 0
    except ValueError:
        return
    count = len(call.items("media")) or 1 if method.name == "sendMediaGroup" else 1
    broken = call.book.limits.check(call.bot.id, chat_id, count, method.counts == "edit")
    for limit, _ in broken:
        call.book.journal.violations[limit] += 1
        call.book.journal.add(
            "violation",
            call.book.now(),
            bot=call.bot.id,
            limit=limit,
            chat=chat_id,
            method=method.name,
        )
    if broken and call.book.limits.enforce:
        raise too_many(max(seconds for _, seconds in broken))


def _write(
    call: Call,
    method: Method,
    start: float,
    *,
    effect: bool,
    fault: str | None,
    result: Any = None,
    error: Json | None = None,
) -> None:
    journal = call.book.journal
    journal.count_call(method.name, ok=error is None)
    if fault:
        journal.faults[fault] += 1
    if method.name == "getUpdates":
        if not result and error is None and fault is None:
            return
        result = len(result or [])
    journal.add(
        "call",
        call.book.now(),
        bot=call.bot.id,
        method=method.name,
        params=call.for_journal(),
        ok=error is None,
        effect=effect,
        fault=fault,
        ms=round((time.monotonic() - start) * 1000, 2),
        **({"result": result} if error is None else {"error": error}),
    )
