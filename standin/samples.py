"""Built-in sample files: pictures from samples/, and a voice and a document made on the spot."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "samples"
PICTURES = ("lift", "lamp", "rubbish", "leak", "clean")
DEFAULTS = {"photo": "lamp"}


@cache
def sample(kind: str, name: str = "sample") -> tuple[bytes, str, str]:
    """Bytes, file name and mime type of a sample for a kind of message."""
    if kind == "photo" or name in PICTURES:
        chosen = name if name in PICTURES else "lamp"
        return (_FOLDER / f"{chosen}.jpg").read_bytes(), f"{chosen}.jpg", "image/jpeg"
    if kind == "voice":
        return silent_voice(4), "voice.ogg", "audio/ogg"
    if kind == "audio":
        return silent_voice(8), "audio.ogg", "audio/ogg"
    if kind in {"video", "video_note"}:
        return tiny_mp4(), "video.mp4", "video/mp4"
    return tiny_pdf(), "sample.pdf", "application/pdf"


def silent_voice(seconds: int) -> bytes:
    """An Ogg Opus file of silence (20 ms packets)."""
    packets = [b"\xf8\xff\xfe"] * (seconds * 50)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 7) + b"standin" + struct.pack("<I", 0)
    pages = [_page([head], 0, 0, 2), _page([tags], 0, 1, 0)]
    for number, start in enumerate(range(0, len(packets), 50)):
        chunk = packets[start : start + 50]
        last = 4 if start + 50 >= len(packets) else 0
        pages.append(_page(chunk, (start + len(chunk)) * 960, number + 2, last))
    return b"".join(pages)


def _page(packets: list[bytes], granule: int, number: int, flags: int) -> bytes:
    lengths = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, 0x5D, number, 0)
    page = head + bytes([len(packets)]) + lengths + b"".join(packets)
    return page[:22] + struct.pack("<I", _crc(page)) + page[26:]


def _crc(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
        value &= 0xFFFFFFFF
    return value


def tiny_mp4() -> bytes:
    """The smallest thing that starts like a video."""
    return struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp42") + struct.pack(
        ">I4s", 8, b"mdat"
    )


def tiny_pdf() -> bytes:
    """A one-page empty PDF."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, GIF or WebP; None if it is no picture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return 512, 512
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return int(width), int(height)
        position += 2 + int(struct.unpack(">H", data[position + 2 : position + 4])[0])
    return None
