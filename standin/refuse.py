"""The Bot API's refusals, in Telegram's own words."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON that Telegram would answer."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = dict(self.parameters)
        return answer


def bad_request(words: str) -> Refusal:
    """400 with Telegram's usual opening."""
    return Refusal(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refusal:
    """403 with Telegram's usual opening."""
    return Refusal(403, f"Forbidden: {words}")


def conflict(words: str) -> Refusal:
    """409 with Telegram's usual opening."""
    return Refusal(409, f"Conflict: {words}")


def unauthorized() -> Refusal:
    """The token is not a bot's."""
    return Refusal(401, "Unauthorized")


def method_not_found() -> Refusal:
    """The stand-in (or Telegram) has no such method."""
    return Refusal(404, "Not Found: method not found")


def too_many(seconds: int) -> Refusal:
    """429 with the wait in the words and in the parameters."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(new_id: int) -> Refusal:
    """The group lives on under another id."""
    return Refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new_id,
    )


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_GETUPDATES = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
