"""The stand-in's faults: each breaks a call before or after its effect, as the journal says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

import standin
from standin.driver import Driver

TOKEN = f"700001:{'a' * 35}"
BOT, WANG = 700001, 11


@pytest.fixture
async def drive() -> AsyncIterator[Driver]:
    async with standin.serve() as running, Driver(running.url) as driver:
        await driver.act("users", id=WANG, first_name="王")
        await driver.act("bots", token=TOKEN)
        await driver.say(WANG, BOT, "/start")
        yield driver


async def arrived(drive: Driver) -> list[str]:
    seen = await drive.look(f"chat/{BOT}", as_=WANG)
    return [message["text"] for message in seen["messages"] if not message["out"]]


async def attempt(drive: Driver, text: str) -> tuple[int, str]:
    """Status and body of a send; 0 if the connection broke."""
    params = {"chat_id": WANG, "text": text}
    try:
        async with drive.session.post(f"{drive.url}/bot{TOKEN}/sendMessage", json=params) as answer:
            return answer.status, await answer.text(errors="replace")
    except aiohttp.ClientError:
        return 0, ""


@pytest.mark.parametrize(
    ("rule", "status", "effect"),
    [
        ({"kind": "drop_before"}, 0, False),
        ({"kind": "drop_after"}, 0, True),
        ({"kind": "error_before"}, 502, False),
        ({"kind": "error_after", "status": 500, "html": True}, 500, True),
        ({"kind": "retry_after", "seconds": 3}, 429, False),
        ({"kind": "garbage"}, 200, True),
        ({"kind": "delay", "ms": 50}, 200, True),
    ],
)
async def test_each_fault(drive: Driver, rule: dict[str, Any], status: int, effect: bool) -> None:
    await drive.act("faults", rules=[{**rule, "method": "send*", "next": 1}])
    got, body = await attempt(drive, "一")
    assert got == status
    assert await arrived(drive) == (["一"] if effect else [])
    if rule["kind"] == "retry_after":
        assert '"retry_after":3' in body
    assert await attempt(drive, "二") != (status, body), "only the next call is hit"
    entry = (await drive.look("book", kind="call"))["entries"][0]
    assert entry["effect"] is effect
    assert entry["fault"] == (None if rule["kind"] == "delay" else rule["kind"])
    assert (await drive.look("faults"))["rules"][0]["hits"] == 1


async def test_random_faults_repeat_with_the_seed(drive: Driver) -> None:
    runs = []
    for _ in range(2):
        await drive.act("faults", seed=7, rules=[{"kind": "error_before", "probability": 0.3}])
        runs.append([(await attempt(drive, str(n)))[0] for n in range(40)])
    assert runs[0] == runs[1]
    assert 4 <= runs[0].count(502) <= 24
    await drive.erase("faults")
    assert (await attempt(drive, "好"))[0] == 200


async def test_a_lost_answer_of_getupdates_loses_nothing(drive: Driver) -> None:
    await drive.act("faults", rules=[{"kind": "drop_after", "method": "getUpdates", "next": 1}])
    with pytest.raises(aiohttp.ClientError):
        await drive.call(TOKEN, "getUpdates")
    assert len(await drive.result(TOKEN, "getUpdates")) == 1


async def test_a_confirmed_update_comes_once_more(drive: Driver) -> None:
    (first,) = await drive.result(TOKEN, "getUpdates")
    await drive.act("faults", rules=[{"kind": "duplicate_update", "next": 1}])
    again = await drive.result(TOKEN, "getUpdates", offset=first["update_id"] + 1)
    assert again == [first]
    assert await drive.result(TOKEN, "getUpdates", offset=first["update_id"] + 1) == []
