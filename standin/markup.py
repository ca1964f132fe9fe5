"""Reply markup as Telegram accepts it: inline buttons, keyboards, and the refusals for wrong ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standin.refuse import Refusal, bad_request

Json = dict[str, Any]

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_URL = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+([/?#:]\S*)?|https?://\S+|tg://\S+|tel:\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Markup:
    """What came with a message: an inline keyboard for all, a keyboard, its removal, or a forced reply."""

    inline: Json | None = None
    keyboard: Json | None = None
    remove: bool = False
    force_reply: bool = False


def read_markup(value: Any) -> Markup:
    """The markup of a message, or Telegram's refusal."""
    if value is None:
        return Markup()
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        rows = _rows(value["inline_keyboard"], "inline keyboard")
        kept = [[_inline(button) for button in row] for row in rows if row]
        return Markup(inline={"inline_keyboard": kept} if kept else None)
    if "keyboard" in value:
        rows = _rows(value["keyboard"], "keyboard")
        kept = [[_plain(button) for button in row] for row in rows if row]
        return Markup(keyboard={**value, "keyboard": kept})
    if value.get("remove_keyboard"):
        return Markup(remove=True)
    return Markup(force_reply=bool(value.get("force_reply")))


def _rows(value: Any, what: str) -> list[list[Any]]:
    name = what.replace(" ", "_")
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" of the ReplyMarkup must be an Array')
    for row in value:
        if not isinstance(row, list):
            raise bad_request(f'field "{name}" of the ReplyMarkup must be an Array of Arrays')
    if sum(len(row) for row in value) > (100 if what == "inline keyboard" else 300):
        raise bad_request("reply markup is too long")
    return value


def _inline(button: Any) -> Json:
    wrong = _wrong("can't parse inline keyboard button")
    if not isinstance(button, dict):
        raise wrong("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise wrong('Field "text" must be of type String' if text is None else "Text is empty")
    actions = [name for name in ACTIONS if button.get(name) not in (None, "")]
    if not actions:
        raise wrong("Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and len(str(data).encode("utf-8", "surrogatepass")) > 64:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url and not _URL.fullmatch(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    style = button.get("style")
    kept: Json = {"text": text, actions[0]: button[actions[0]]}
    return {**kept, "style": style} if style else kept


def _plain(button: Any) -> Json:
    wrong = _wrong("can't parse keyboard button")
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise wrong("KeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise wrong('Field "text" must be of type String')
    return button


def _wrong(opening: str) -> Callable[[str], Refusal]:
    return lambda words: bad_request(f"{opening}: {words}")
