"""Decoder for Smile, written from the format's specification."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

HEADER = b":)\n\0"
PLAIN = {0x20: "", 0x21: None, 0x22: False, 0x23: True}


def values(body: bytes) -> list[Any]:
    """The values of a bulk request."""
    *framed, rest = body.split(b"\xff")
    assert rest == b""
    return [value(each) for each in framed]


def value(framed: bytes) -> Any:
    assert framed.startswith(HEADER)
    tokens = iter(framed.removeprefix(HEADER))
    found = _value(next(tokens), tokens)
    assert not list(tokens)
    return found


def _value(token: int, rest: Iterator[int]) -> Any:
    if token in PLAIN:
        return PLAIN[token]
    if token in (0x24, 0x25):
        return _number(rest)
    if token == 0x28:
        return _float(rest)
    if token == 0xE4:
        return _text(rest)
    if token == 0xF8:
        return [_value(each, rest) for each in iter(lambda: next(rest), 0xF9)]
    assert token == 0xFA, hex(token)
    return {_name(each, rest): _value(next(rest), rest) for each in iter(lambda: next(rest), 0xFB)}


def _name(token: int, rest: Iterator[int]) -> str:
    if token == 0x34:
        return _text(rest)
    assert 0x80 <= token <= 0xBF, hex(token)
    return bytes(next(rest) for _ in range(token - 0x7F)).decode("ascii")


def _text(rest: Iterator[int]) -> str:
    return bytes(iter(lambda: next(rest), 0xFC)).decode()


def _number(rest: Iterator[int]) -> int:
    bits = 0
    while not (byte := next(rest)) & 0x80:
        bits = bits << 7 | byte
    bits = bits << 6 | byte & 0x3F
    return bits >> 1 ^ -(bits & 1)


def _float(rest: Iterator[int]) -> float:
    bits = 0
    for _ in range(5):
        bits = bits << 7 | next(rest)
    return float(struct.unpack(">f", struct.pack(">I", bits))[0])
