"""Vectors as text: base64 of little-endian float32, as OpenAI's API has it."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Sequence


def encode(vector: array[float]) -> str:
    return base64.b64encode(to_bytes(vector)).decode()


def parse(embedding: str | Sequence[float]) -> array[float]:
    """As text or as numbers: some endpoints answer numbers, whatever they are asked for."""
    return decode(embedding) if isinstance(embedding, str) else array("f", embedding)


def decode(text: str) -> array[float]:
    """Raises ValueError when it is no such text."""
    vector = array("f")
    vector.frombytes(base64.b64decode(text, validate=True))
    return _little(vector)


def to_bytes(vector: array[float]) -> bytes:
    """Four bytes a number, on any machine."""
    return _little(vector).tobytes()


def _little(vector: array[float]) -> array[float]:
    if sys.byteorder == "big":
        vector = array("f", vector)
        vector.byteswap()
    return vector
