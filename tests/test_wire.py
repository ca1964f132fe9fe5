"""JSON with halves of characters in it: mended, and what stands beside it comes through whole."""

from __future__ import annotations

import msgspec
import pytest

from transport import wire


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (rb'{"text":"\ud83d\ude00"}', {"text": "\U0001f600"}),
        (rb'{"text":"\ud83d"}', {"text": "\ufffd"}),
        (rb'{"text":"\ude00\ud83d"}', {"text": "\ufffd\ufffd"}),
        (rb'{"text":"\ud83d\ude00\ud83d x"}', {"text": "\U0001f600\ufffd x"}),
        (rb'{"text":"\uD83D","other":"\u6865"}', {"text": "\ufffd", "other": "桥"}),
        (b'{"text":"\xff\xe6\xa1\xa5"}', {"text": "\ufffd桥"}),
        (b'{"text":"\xed\xa0\xbd"}', {"text": "\ufffd\ufffd\ufffd"}),
    ],
)
def test_a_half_is_mended_and_the_rest_stands(content: bytes, value: object) -> None:
    assert wire.decode(content) == value


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"text":', rb'{"text":"\ud83d"'])
def test_no_json_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.decode(content)
