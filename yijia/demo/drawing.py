"""A small picture that stands for a signature: one wavy line, different for each person."""

import base64
import struct
import zlib
from functools import lru_cache
from math import sin
from random import Random

WIDTH, HEIGHT = 96, 32


@lru_cache(maxsize=4096)
def signature(name: str) -> str:
    """The data URL a signature pad would send."""
    rng = Random(name)
    rows = [bytearray(b"\xff" * WIDTH) for _ in range(HEIGHT)]
    pace, height, phase = rng.uniform(0.15, 0.35), rng.uniform(6, 11), rng.uniform(0, 6)
    for x in range(6, WIDTH - 6):
        middle = HEIGHT / 2 + height * sin(pace * x + phase) * sin(x / 17)
        for y in (int(middle), int(middle) + 1):
            rows[y][x] = 30
    return "data:image/png;base64," + base64.b64encode(png(rows)).decode()


def png(rows: list[bytearray]) -> bytes:
    """Grey rows as a PNG file."""
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
