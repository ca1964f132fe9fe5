"""JSON as it comes over the wire: half characters are mended, so that one of them holds up nothing else."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

HALF: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
r"""Half of a pair, such as \ud83d without its \ude00: no character, and nothing that a store could keep."""


def decode(content: bytes) -> Any:
    """The value of a JSON text. Bytes that are no UTF-8, and halves, become U+FFFD.

    Raises msgspec.DecodeError when it is no JSON all the same.
    """
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        whole = content.decode("utf-8", "replace").encode()
        return msgspec.json.decode(HALF.sub(rb"\\ufffd", whole))
