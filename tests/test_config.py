"""Settings: what is forgiven, what is refused, and that a refusal names its setting."""

from __future__ import annotations

import pytest

from config import load, require_token
from domain.errors import SettingsError


def test_files_are_fetched_beside_the_api_unless_told_otherwise() -> None:
    assert load().file_base_url == "https://api.telegram.org/file/bot"
    own = load(telegram_api_base_url="http://127.0.0.1:8081/bot/")
    assert own.file_base_url == "http://127.0.0.1:8081/file/bot"
    told = load(telegram_file_base_url="http://files.example.org/file/bot")
    assert told.file_base_url == "http://files.example.org/file/bot"


@pytest.mark.parametrize("token", ["123:short", "abc", "123456789"])
def test_telegram_itself_wants_a_whole_token_another_server_any_word(token: str) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        require_token(load(telegram_bot_token=token))
    require_token(load(telegram_bot_token=token, telegram_api_base_url="http://127.0.0.1:8081/bot"))


@pytest.mark.parametrize("token", ["", "12 34", "1/2"])
def test_no_server_wants_an_empty_or_broken_token(token: str) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        require_token(load(telegram_bot_token=token, telegram_api_base_url="http://127.0.0.1:8081/bot"))


@pytest.mark.parametrize("value", ["12, 34", "12，34", "[12, 34]", "12;34"])
def test_administrators_are_numbers_in_any_list(value: str) -> None:
    assert load(admin_ids=value).admin_ids == {12, 34}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:data/a.sqlite", "data/a.sqlite"),
        ("sqlite:///data/a.sqlite", "data/a.sqlite"),
        ("sqlite:////srv/a.sqlite", "/srv/a.sqlite"),
        ("sqlite+aiosqlite:////srv/a.sqlite", "/srv/a.sqlite"),
    ],
)
def test_the_store_may_be_named_in_the_usual_ways(url: str, path: str) -> None:
    assert str(load(database_url=url).database_path) == path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("admin_ids", "王芳"),
        ("timezone", "Asia/Peking"),
        ("telegram_api_base_url", "api.telegram.org"),
        ("database_url", "mysql://x"),
        ("webhook_url", "bot.example.org"),
        ("webhook_secret", "密码"),
        ("webhook_listen", "8443"),
        ("extra_holidays", "2027-2-6"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name.upper()):
        load(**{name: value})
