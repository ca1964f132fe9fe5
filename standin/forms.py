"""Parameters of a request as bots send them: query, form, multipart or JSON."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

import msgspec
from starlette.requests import Request

from standin.call import Upload
from standin.refuse import bad_request

Json = dict[str, Any]

_NAME = re.compile(rb'[; ]name="((?:[^"\\]|\\.)*)"')
_FILENAME = re.compile(rb'filename="((?:[^"\\]|\\.)*)"')
_FILENAME_STAR = re.compile(rb"filename\*=(?:utf-8|UTF-8)''([^;\r\n]+)")
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_TYPE = re.compile(rb"(?im)^content-type:\s*([^\r\n]+)")


async def read(request: Request) -> tuple[Json, dict[str, Upload]]:
    """All parameters and file parts."""
    params: Json = dict(request.query_params)
    if request.method != "POST":
        return params, {}
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if not body:
        return params, {}
    if kind.startswith("application/json"):
        return {**params, **_json(body)}, {}
    if kind.startswith("multipart/form-data"):
        fields, files = multipart(body, kind)
        return {**params, **fields}, files
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {**params, **dict(pairs)}, {}


def _json(body: bytes) -> Json:
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        decoded = None
    if not isinstance(decoded, dict):
        raise bad_request("can't parse JSON object")
    return decoded


def multipart(body: bytes, content_type: str) -> tuple[Json, dict[str, Upload]]:
    """Fields and files of a multipart body."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise bad_request("multipart boundary is missing")
    mark = b"--" + found[1].encode()
    fields: Json = {}
    files: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:]:
        head, gap, data = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not gap or name is None:
            continue
        key = name[1].decode("utf-8", "replace")
        filename = _FILENAME_STAR.search(head) or _FILENAME.search(head)
        if filename is None:
            fields[key] = data.decode("utf-8", "replace")
            continue
        kind = _TYPE.search(head)
        mime = kind[1].decode("ascii", "replace").strip() if kind else "application/octet-stream"
        files[key] = Upload(_plain_name(filename[1]), mime, data)
    return fields, files


def _plain_name(raw: bytes) -> str:
    return unquote_to_bytes(raw).decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2] or "file"
