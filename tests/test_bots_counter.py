"""Several bots at the counter: each webhook has its own secret, each poll its age, each token its finding."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from config import Settings, load, require_token
from domain.errors import SettingsError
from reports import doctor
from storage.store import Store
from tests.town import TOKEN, open_town
from tests.transport_counter import BOT, message, rows
from transport.request import AiohttpRequest, Line
from transport.vitals import SILENCE, Condition
from transport.webhook import SECRET_HEADER, Hook, Webhook

SECRET = "the-secret-of-the-settings"
OTHER = "700002:AAtownBBtownAAtownBBtownAAtownBBtown"


async def test_each_webhook_knows_its_own_secret_only(tmp_path: Path) -> None:
    path = tmp_path / "office.sqlite"
    wanted = {
        "telegram_bot_token": TOKEN,
        "webhook_url": "https://bot.example.org/hook",
        "webhook_secret": SECRET,
        "database_url": f"sqlite:{path}",
    }
    settings = Settings.model_validate(wanted)
    store = await Store.open(path)
    line = Line(AiohttpRequest(), "http://127.0.0.1:9/bot", TOKEN)
    hooks = [Hook(line, BOT), Hook(line, BOT + 1, 1, "haidian")]
    webhook = Webhook(settings, store, line, BOT, lambda found: None, hooks=hooks)
    own = [hook.secret(SECRET.encode()).decode() for hook in hooks]
    assert own[0] == SECRET
    assert len(set(own)) == 2
    got = {}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=webhook.app), base_url="https://bot.example.org"
    ) as client:
        for number, (address, secret) in enumerate(
            (address, secret) for address in ("/hook", "/hook/haidian") for secret in own
        ):
            answer = await client.post(address, json=message(number, 5), headers={SECRET_HEADER: secret})
            got[address, own.index(secret)] = answer.status_code
    await store.close()
    assert got == {("/hook", 0): 200, ("/hook", 1): 403, ("/hook/haidian", 0): 403, ("/hook/haidian", 1): 200}
    kept = rows(path, "select bot, chat_id from inbox order by id")
    assert kept == [(BOT, 5), (BOT + 1, 5 + (1 << 52))]


def test_health_names_the_bot_that_is_not_heard_of() -> None:
    late = SILENCE + 30
    (problem,) = Condition(poll_age=late, bots={"": 1.0, "haidian": late}).problems
    assert "haidian" in problem
    assert "first" not in problem


async def test_the_doctor_asks_about_every_bot(tmp_path: Path) -> None:
    bots = {"haidian": {"token": OTHER}}
    async with open_town(tmp_path, bots=bots) as town:
        good = await doctor.examine(town.settings)
        (_, second) = town.settings.every_bot
        wrong = second.model_copy(update={"token": SecretStr("700002:wrong")})
        bad = await doctor.examine(town.settings.model_copy(update={"bots": {"haidian": wrong}}))
    assert sum("已连上 Telegram" in finding.what for finding in good) == 2
    assert [finding.what for finding in bad if "haidian" in finding.what] == [
        "Telegram 不认机器人“haidian”的令牌"
    ]


def test_bots_in_the_environment_and_in_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(
        f'[bots.haidian]\ntoken = "{OTHER}"\nserves = ["海淀街道"]\n', encoding="utf-8"
    )
    monkeypatch.setenv("MINXINQIAO_CONFIG", str(tmp_path / "x.toml"))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    third = TOKEN.replace("town", "third")
    monkeypatch.setenv("TELEGRAM_BOT_TOKENS", f"chaoyang={third}")
    settings = load()
    require_token(settings)
    assert [(bot.name, bot.serves) for bot in settings.every_bot] == [
        ("", ()),
        ("chaoyang", ()),
        ("haidian", ("海淀街道",)),
    ]
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    assert [bot.name for bot in load().every_bot] == ["chaoyang", "haidian"]


@pytest.mark.parametrize(
    ("further", "named"),
    [
        ({"a": {"token": TOKEN}}, "bots.a"),  # the first one's token
        ({"a": {"token": "nonsense"}}, "bots.a"),
        ({"a": {"token": OTHER, "serves": ["x"]}, "b": {"token": f"{OTHER}b", "serves": ["x"]}}, "bots"),
    ],
)
def test_bots_that_cannot_be(further: dict[str, dict[str, object]], named: str) -> None:
    settings = Settings.model_validate({"telegram_bot_token": TOKEN, "bots": further})
    with pytest.raises(SettingsError) as refused:
        require_token(settings)
    assert refused.value.name == named


def test_a_bot_needs_a_plain_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKENS", f"海淀={OTHER}")
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKENS"):
        load()
