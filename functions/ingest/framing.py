"""Messages to and from the process that parses: four bytes, the length, and as many bytes of JSON."""

from __future__ import annotations

import json
import struct
from typing import Any

LENGTH = struct.Struct(">I")
"""Of the JSON, big-endian."""


def framed(message: dict[str, Any]) -> bytes:
    body = json.dumps(message).encode()
    return LENGTH.pack(len(body)) + body
