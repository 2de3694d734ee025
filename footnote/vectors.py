"""Encoding of vectors as base64 of little-endian float32, as in OpenAI's API."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Sequence


def encode(vector: array[float]) -> str:
    return base64.b64encode(to_bytes(vector)).decode()


def parse(embedding: str | Sequence[float]) -> array[float]:
    """A vector from text or numbers: some endpoints send numbers, whatever format was requested."""
    return decode(embedding) if isinstance(embedding, str) else array("f", embedding)


def decode(text: str) -> array[float]:
    """Raises ValueError for text that is no encoded vector."""
    vector = array("f")
    vector.frombytes(base64.b64decode(text, validate=True))
    return _swapped(vector)


def to_bytes(vector: array[float]) -> bytes:
    """Little-endian, four bytes a number, on any machine."""
    return _swapped(vector).tobytes()


def _swapped(vector: array[float]) -> array[float]:
    """Converts between the machine's byte order and little-endian."""
    if sys.byteorder == "big":
        vector = array("f", vector)
        vector.byteswap()
    return vector
