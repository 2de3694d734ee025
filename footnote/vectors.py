"""Vectors as text: base64 of little-endian float32, as OpenAI's API has it."""

from __future__ import annotations

import base64
import sys
from array import array


def encoded(vector: array[float]) -> str:
    return base64.b64encode(_little(vector).tobytes()).decode()


def decoded(text: str) -> array[float]:
    """Raises ValueError when it is no such text."""
    vector = array("f")
    vector.frombytes(base64.b64decode(text, validate=True))
    return _little(vector)


def _little(vector: array[float]) -> array[float]:
    if sys.byteorder == "big":
        vector = array("f", vector)
        vector.byteswap()
    return vector
