"""Judges a kill run from outside: the stand-in's journal against the SQLite file, without the bot's code.

What people did and what reached them stands in the journal; what the office has written down stands in the
file. Every promise that must have survived the kills is compared here.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgres_server import records

Json = dict[str, Any]
Rows = Sequence[Any]  # sqlite3.Row or asyncpg.Record: values by name
TABLES = ("inbox", "outbox", "tickets", "messages", "events", "jobs")

MARK = re.compile("（重[发發]）")  # the bot answers in the script that the resident writes
RECEIPT = re.compile(r"已登[记記]</b>\s*[编編][号號] <code>(\d{6}-\d{3,4})</code>")
CARD = re.compile(r"^\S+ <b>(\d{6}-\d{3,4})</b> ")
SHOWN = 5  # examples given of each kind of problem


@dataclass(frozen=True)
class Send:
    """One message that came to exist in a chat. `about` is what it says, whichever try it was."""

    chat: int
    message_id: int
    about: str
    marked: bool


@dataclass
class Evidence:
    """The journal and the file, taken apart once."""

    updates: list[Json]
    sends: list[Send]
    refused: list[Json]  # calls that the stand-in refused for good
    tables: dict[str, Rows]


@dataclass
class Verdict:
    """What was found: problems by kind (empty when all promises were kept), and figures."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"{name}: {count}" for name, count in self.figures.items()]
        for kind, examples in self.problems.items():
            lines.append(f"PROBLEM {kind}: {len(examples)}, such as {'; '.join(examples[:SHOWN])}")
        return "\n".join(lines)


def judge(entries: Sequence[Json], database: Path | str) -> Verdict:
    """Compare what happened outside with what was written down inside."""
    evidence = gather(entries, database)
    verdict = Verdict(figures=_figures(evidence))
    for name, check in CHECKS.items():
        found = list(check(evidence))
        if found:
            verdict.problems[name] = found
    return verdict


def gather(entries: Sequence[Json], database: Path | str) -> Evidence:
    """Sort the journal and read the tables: of a SQLite file, or of the PostgreSQL database at an address."""
    calls = [e for e in entries if e["kind"] == "call"]
    tables = _tables_at(database) if isinstance(database, str) else _tables_of_file(database)
    return Evidence(
        updates=[e for e in entries if e["kind"] == "update"],
        sends=[_send(e) for e in calls if e["method"].startswith("send") and e["effect"]],
        refused=[
            e
            for e in calls
            if not e["fault"] and not e["ok"] and e["method"].startswith(("send", "edit")) and _final(e)
        ],
        tables=tables,
    )


def _tables_at(address: str) -> dict[str, Rows]:
    return {name: records(address, f"select * from {name} order by 1") for name in TABLES}  # noqa: S608 - names from this file's own lists or the store's schema, never from people


def _tables_of_file(database: Path) -> dict[str, Rows]:
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.row_factory = sqlite3.Row
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
        return {
            name: db.execute(f"select * from {name} order by rowid").fetchall()  # noqa: S608 - names from this file's own lists or the store's schema, never from people
            for name in TABLES
        }


def _send(entry: Json) -> Send:
    result, params = entry["result"], entry["params"]
    text = str(params.get("text") or params.get("caption") or "")
    if found := RECEIPT.search(text):
        about = f"receipt {found[1]}"
    elif found := CARD.match(text):
        about = f"card {found[1]}"
    else:
        about = MARK.sub("", text)
    return Send(int(result["chat"]["id"]), int(result["message_id"]), about, bool(MARK.search(text)))


def _final(entry: Json) -> bool:
    error = entry["error"]
    return error["error_code"] not in (429, 409) and "not modified" not in error["description"]


def lost_updates(evidence: Evidence) -> Iterator[str]:
    """Updates that never reached the inbox, or were not finished there."""
    states = {row["update_id"]: row["state"] for row in evidence.tables["inbox"]}
    for update in evidence.updates:
        state = states.get(update["update_id"], "missing")
        if state != "done":
            yield f"update {update['update_id']} ({update['type']}) is {state}"


def doubled_updates(evidence: Evidence) -> Iterator[str]:
    """Updates that stand in the inbox more than once."""
    for number, count in Counter(row["update_id"] for row in evidence.tables["inbox"]).items():
        if count > 1:
            yield f"update {number} x{count}"


def lost_words(evidence: Evidence) -> Iterator[str]:
    """What a resident wrote, and of which there is no ticket, no entry in a file, and no answer."""
    known = {(row["chat_id"], row["source_message"]) for row in evidence.tables["tickets"]}
    known |= {(row["chat_id"], row["message_id"]) for row in evidence.tables["messages"]}
    for row in evidence.tables["outbox"]:
        tail = row["key"].rsplit(":", 1)[-1]
        if tail.isdigit():
            known.add((row["chat_id"], int(tail)))
    for update in _private(evidence):
        if (update["chat"], update["message_id"]) not in known:
            yield f"message {update['message_id']} of {update['chat']}: {_text(update)[:30]!r}"


def lost_reports(evidence: Evidence) -> Iterator[str]:
    """A report that opened no ticket (the words that the harness uses for reports are plain ones)."""
    opened = {(row["chat_id"], row["source_message"]) for row in evidence.tables["tickets"]}
    for update in _private(evidence):
        report = _text(update).startswith(("报修", "報修"))
        if report and (update["chat"], update["message_id"]) not in opened:
            yield f"message {update['message_id']} of {update['chat']}"


def doubled_tickets(evidence: Evidence) -> Iterator[str]:
    """Two tickets out of one message, or out of the same words (every text carries its own number)."""
    tickets = evidence.tables["tickets"]
    for what in (("chat_id", "source_message", "part"), ("chat_id", "body"), ("community_id", "number")):
        for key, count in Counter(tuple(row[name] for name in what) for row in tickets).items():
            if count > 1:
                yield f"{dict(zip(what, key, strict=True))} x{count}"


def doubled_history(evidence: Evidence) -> Iterator[str]:
    """Something that happened once, but was written down or done more than once."""
    happened: dict[int, Counter[str]] = defaultdict(Counter)
    said: Counter[tuple[int, str]] = Counter()
    for row in evidence.tables["events"]:
        happened[row["ticket_id"]][row["kind"]] += 1
        if row["kind"] == "answer":
            said[row["ticket_id"], str(json.loads(row["data"]).get("text"))] += 1
    kept = Counter(r["ticket_id"] for r in evidence.tables["messages"] if r["role"] == "supplement")
    for ticket in evidence.tables["tickets"]:
        counts = happened[ticket["id"]]
        if counts["opened"] != 1 or counts["take"] > 1:
            yield f"ticket {ticket['id']}: {dict(counts)}"
        added = counts["supplement"] + counts["supply"] + counts["place"]
        if added != kept[ticket["id"]]:
            yield f"ticket {ticket['id']}: {kept[ticket['id']]} supplements, {added} events"
    for (ticket_id, words), count in said.items():
        if count > 1:
            yield f"ticket {ticket_id} answered {count} times with {words!r}"


def broken_order(evidence: Evidence) -> Iterator[str]:
    """Within a chat: tickets, file entries, handling and first receipts in the order of the messages."""
    orders = {
        "tickets": [(r["chat_id"], r["source_message"], r["id"]) for r in evidence.tables["tickets"]],
        "file": [
            (r["chat_id"], r["message_id"], r["id"])
            for r in evidence.tables["messages"]
            if r["sender_id"] is not None
        ],
        "handling": [(r["chat_id"], r["update_id"], r["done_at"] or 0) for r in evidence.tables["inbox"]],
    }
    for name, triples in orders.items():
        last: dict[int, tuple[int, int]] = {}
        for chat, sent, place in sorted(triples):
            before = last.get(chat)
            if before is not None and place < before[1]:
                yield f"{name} of chat {chat}: {sent} before {before[0]}"
            last[chat] = (sent, place)
    numbers: dict[int, list[str]] = defaultdict(list)
    for send in evidence.sends:
        if send.about.startswith("receipt ") and send.about not in numbers[send.chat]:
            numbers[send.chat].append(send.about)
    for chat, order in numbers.items():
        if order != sorted(order):
            yield f"receipts of chat {chat}: {order}"


def missing_messages(evidence: Evidence) -> Iterator[str]:
    """Tickets without a receipt or a card in the chats, and promises that nobody kept."""
    arrived = {(send.chat, send.about) for send in evidence.sends}
    existing = {(send.chat, send.message_id) for send in evidence.sends}
    cards = {row["ticket_id"]: row["chat_id"] for row in evidence.tables["outbox"] if row["kind"] == "card"}
    for ticket in evidence.tables["tickets"]:
        if (ticket["chat_id"], f"receipt {ticket['number']}") not in arrived:
            yield f"no receipt for {ticket['number']} in chat {ticket['chat_id']}"
        group = cards.get(ticket["id"], 0)
        if (group, f"card {ticket['number']}") not in arrived:
            yield f"no card for {ticket['number']} in group {group}"
    for row in evidence.tables["outbox"]:
        if row["state"] != "sent":
            yield f"outbox {row['key']} is {row['state']} ({row['error']})"
        elif row["message_id"] is not None and (row["chat_id"], row["message_id"]) not in existing:
            yield f"outbox {row['key']} names message {row['message_id']} that does not exist"
        elif row["message_id"] is None and row["kind"] in ("card", "receipt"):
            yield f"outbox {row['key']} is sent without a message"


def unmarked_doubles(evidence: Evidence) -> Iterator[str]:
    """Copies that do not say （重发）: of each promise one message at most may be without the mark."""
    about = {(send.chat, send.message_id): send.about for send in evidence.sends}
    promised: Counter[tuple[int, str]] = Counter()
    for row in evidence.tables["outbox"]:
        if row["message_id"] is not None:
            promised[row["chat_id"], about.get((row["chat_id"], row["message_id"]), "")] += 1
    plain = Counter((send.chat, send.about) for send in evidence.sends if not send.marked)
    for (chat, words), count in plain.items():
        if count > promised[chat, words]:
            yield f"{words[:40]!r} in chat {chat}: {count} without mark, {promised[chat, words]} promised"


def refused_calls(evidence: Evidence) -> Iterator[str]:
    """Messages that Telegram would not take."""
    for entry in evidence.refused:
        yield f"{entry['method']}: {entry['error']['description']}"


CHECKS = {
    "lost updates": lost_updates,
    "doubled updates": doubled_updates,
    "lost words": lost_words,
    "lost reports": lost_reports,
    "doubled tickets": doubled_tickets,
    "doubled history": doubled_history,
    "broken order": broken_order,
    "missing messages": missing_messages,
    "unmarked doubles": unmarked_doubles,
    "refused calls": refused_calls,
}


def _private(evidence: Evidence) -> Iterator[Json]:
    """The texts that residents wrote in private."""
    for update in evidence.updates:
        if update["type"] == "message" and update["chat"] > 0 and _text(update):
            yield update


def _text(update: Json) -> str:
    return str(update["update"].get("message", {}).get("text", ""))


def _figures(evidence: Evidence) -> dict[str, int]:
    copies = Counter((send.chat, send.about) for send in evidence.sends if send.about.startswith("receipt "))
    return {
        "updates": len(evidence.updates),
        "tickets": len(evidence.tables["tickets"]),
        "messages sent": len(evidence.sends),
        "marked as sent again": sum(send.marked for send in evidence.sends),
        "receipts that came twice or more": sum(count > 1 for count in copies.values()),
    }
