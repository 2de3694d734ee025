"""Framing of the messages between ingest and its workers: the length, then as many bytes of JSON."""

from __future__ import annotations

import json
import struct
from typing import Any

HEADER = struct.Struct(">I")
"""The length of the JSON in bytes: four bytes, big-endian."""


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps(message).encode()
    return HEADER.pack(len(body)) + body
