"""Bot API methods about the bot itself: who it is, its commands, its updates and webhook, its files."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from standin.call import Call, method
from standin.refuse import Refusal, bad_request
from standin.updates import Webhook

Json = dict[str, Any]

DOWNLOAD_LIMIT = 20 * 1024 * 1024
SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)


@method()
def get_me(call: Call) -> Json:
    """The bot."""
    return {
        **call.bot.as_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": call.bot.can_read_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method()
def log_out(call: Call) -> bool:
    """Nothing to do on a stand-in."""
    return True


@method()
def close(call: Call) -> bool:
    """Nothing to do on a stand-in."""
    return True


# updates


@method("offset limit timeout allowed_updates")
async def get_updates(call: Call) -> list[Json]:
    """Updates by long poll; asking with a higher offset confirms those below it."""
    queue = call.bot.queue
    limit = min(max(call.whole("limit", 100), 1), 100)
    seconds = min(max(call.whole("timeout"), 0), 50)
    if call.data("allowed_updates") is not None:
        queue.allowed = [str(kind) for kind in call.items("allowed_updates")]
    if queue.webhook is None:
        call.book.confirm(call.bot, queue.from_offset(call.whole("offset")))
    found = [] if call.book.closing else await queue.poll(limit, seconds)
    if found:
        ids = [update["update_id"] for update in found]
        call.book.journal.add("given", call.book.now(), bot=call.bot.id, update_ids=ids, by="poll")
    return found


@method("url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(call: Call) -> bool:
    """Updates by POST from now on; an empty address ends it."""
    queue = call.bot.queue
    url = call.text("url")
    secret = call.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if call.flag("drop_pending_updates"):
        queue.drop_pending()
    if call.data("allowed_updates") is not None:
        queue.allowed = [str(kind) for kind in call.items("allowed_updates")]
    if not url:
        queue.webhook = None
    elif not url.startswith(("https://", "http://")):  # loopback needs no certificate here
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    else:
        queue.webhook = Webhook(url, secret, min(max(call.whole("max_connections", 40), 1), 100))
    queue.relane()
    queue.wake.fire()
    return True


@method("drop_pending_updates")
def delete_webhook(call: Call) -> bool:
    """Back to long polling."""
    queue = call.bot.queue
    queue.webhook = None
    if call.flag("drop_pending_updates"):
        queue.drop_pending()
    queue.wake.fire()
    return True


@method()
def get_webhook_info(call: Call) -> Json:
    """How the webhook is doing."""
    queue = call.bot.queue
    hook = queue.webhook
    answer: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if hook:
        answer |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook.last_error:
            answer |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    if queue.allowed:
        answer["allowed_updates"] = queue.allowed
    return answer


@method("file_id!")
def get_file(call: Call) -> Json:
    """Where to download a file."""
    file = call.book.files.get(call.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


# what people see of the bot


def _slot(call: Call, name: str) -> dict[str, Any]:
    slot: dict[str, Any] = call.bot.settings.setdefault(name, {})
    return slot


def scope_key(scope: Json | None, language: str) -> str:
    """One key for a scope and a language."""
    scope = scope or {"type": "default"}
    kept = {key: scope[key] for key in ("type", "chat_id", "user_id") if key in scope}
    return f"{msgspec.json.encode(kept, order='sorted').decode()}|{language}"


def _scope(call: Call) -> str:
    scope = call.data("scope")
    if scope is not None and (not isinstance(scope, dict) or scope.get("type") not in SCOPES):
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return scope_key(scope, call.text("language_code"))


def _command(value: Any) -> Json:
    if not isinstance(value, dict):
        raise bad_request("expected an Object as BotCommand")
    command = str(value.get("command", "")).removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(str(value.get("description", ""))) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": str(value["description"])}


@method("commands! scope language_code")
def set_my_commands(call: Call) -> bool:
    """The menu of commands for a scope and a language."""
    wanted = call.items("commands")
    if len(wanted) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    _slot(call, "commands")[_scope(call)] = [_command(value) for value in wanted]
    call.book.journal.tick()
    return True


@method("scope language_code")
def get_my_commands(call: Call) -> list[Json]:
    """The menu of a scope and a language."""
    found: list[Json] = _slot(call, "commands").get(_scope(call), [])
    return found


@method("scope language_code")
def delete_my_commands(call: Call) -> bool:
    """No menu for a scope and a language."""
    _slot(call, "commands").pop(_scope(call), None)
    call.book.journal.tick()
    return True


def _set_words(call: Call, name: str, limit: int) -> bool:
    if len(call.text(name)) > limit:
        raise Refusal(400, f"Bad Request: bot {name.replace('_', ' ')} is too long")
    _slot(call, name)[call.text("language_code")] = call.text(name)
    call.book.journal.tick()
    return True


def _words(call: Call, name: str) -> Json:
    slot = _slot(call, name)
    fallback = slot.get("", call.bot.first_name if name == "name" else "")
    return {name: slot.get(call.text("language_code"), fallback)}


@method("description language_code")
def set_my_description(call: Call) -> bool:
    """What an empty chat with the bot shows."""
    return _set_words(call, "description", 512)


@method("language_code")
def get_my_description(call: Call) -> Json:
    """What an empty chat with the bot shows."""
    return _words(call, "description")


@method("short_description language_code")
def set_my_short_description(call: Call) -> bool:
    """What the bot's profile shows."""
    return _set_words(call, "short_description", 120)


@method("language_code")
def get_my_short_description(call: Call) -> Json:
    """What the bot's profile shows."""
    return _words(call, "short_description")


@method("name language_code")
def set_my_name(call: Call) -> bool:
    """The bot's name."""
    done = _set_words(call, "name", 64)
    if not call.text("language_code") and call.text("name"):
        call.bot.first_name = call.text("name")
    return done


@method("language_code")
def get_my_name(call: Call) -> Json:
    """The bot's name."""
    return _words(call, "name")


@method("chat_id menu_button")
def set_chat_menu_button(call: Call) -> bool:
    """The button beside the input field."""
    _slot(call, "menu_button")[call.text("chat_id")] = call.data("menu_button") or {"type": "default"}
    call.book.journal.tick()
    return True


@method("chat_id")
def get_chat_menu_button(call: Call) -> Json:
    """The button beside the input field."""
    slot = _slot(call, "menu_button")
    found: Json = slot.get(call.text("chat_id")) or slot.get("") or {"type": "commands"}
    return found
