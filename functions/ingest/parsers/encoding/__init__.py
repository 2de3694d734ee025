"""Detects the encoding of a file and reads its text."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from footnote.errors import Unreadable
from functions.ingest.parsers.encoding.charset import codec

SAMPLE = 65_536
"""Bytes that an encoding is detected from."""
BLOCK = 1 << 16
"""Characters that are read at a time."""
WESTERN = "cp1252"
ASCII_BASED = ("iso2022", "hz")
"""Codecs whose text is valid ASCII, so that it could pass for UTF-8."""
BY_LANGUAGE = {
    "Turkish": "cp1254",
    "Croatian": "cp1250",
    "Hungarian": "cp1250",
    "Slovak": "cp1250",
    "Slovene": "cp1250",
    "Lithuanian": "cp1257",
}
"""Encodings of languages that have letters cp1252 lacks, and that Western text rarely passes for."""
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_text(path: Path, *declared: str, newline: str = "") -> TextIO:
    """Open a file in its encoding: by byte order mark, as UTF-8, as `declared`, or as detected.

    The first declared charset that is known counts. Invalid bytes become U+FFFD. `newline` is that of
    `open`; by default lines end at any line ending and keep it. Raises Unreadable for binary files.
    """
    return path.open(encoding=_encoding(path, declared), errors="replace", newline=newline)


def read_text(path: Path, *declared: str) -> str:
    with open_text(path, *declared) as file:
        return file.read()


def read_blocks(file: TextIO, size: int = BLOCK) -> Iterator[str]:
    """The rest of the file in blocks of whole lines; only very long lines are divided.

    No block ends within a line ending of several characters.
    """
    while block := file.read(size) + file.readline(size):
        while block.endswith("\r") and (more := file.read(1)):
            block += more
        yield block


def _encoding(path: Path, declared: Iterable[str]) -> str:
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    if utf16 := _unmarked_utf16(start):
        return utf16
    encoding = _single_or_multi_byte(path, next(filter(None, map(codec, declared)), ""))
    _check_text(path, encoding)
    return encoding


def _single_or_multi_byte(path: Path, declared: str) -> str:
    if declared.startswith(ASCII_BASED):
        return declared
    return "utf-8" if _is_utf8(path) else declared or _detect(_non_ascii_lines(path))


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, if every second byte is zero, as in Western text."""
    for encoding, high, low in (
        ("utf-16-le", data[1::2], data[::2]),
        ("utf-16-be", data[::2], data[1::2]),
    ):
        if high.count(0) > len(high) / 2 and low.count(0) < len(low) / 100:
            return encoding
    return None


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            while file.read(BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _detect(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    if _is_damaged_utf8(sample):
        return "utf-8"
    candidates = from_bytes(sample)
    best = candidates.best()
    if best is None:
        return WESTERN
    # Without evidence to the contrary a file is most likely in cp1252, and Western text is also valid in
    # all similar encodings.
    if any(WESTERN in found.could_be_from_charset for found in candidates):
        return BY_LANGUAGE.get(best.language, WESTERN)
    return best.encoding


def _non_ascii_lines(path: Path) -> bytes:
    """The first lines of the file that are not ASCII, up to SAMPLE bytes."""
    sample = bytearray()
    with path.open("rb") as file:
        while len(sample) < SAMPLE and (line := file.readline(SAMPLE)):
            sample += b"" if line.isascii() else line
    return bytes(sample)


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether valid multi-byte characters outweigh errors, as in a truncated or damaged file."""
    text = sample.decode("utf-8", errors="replace")
    return sum(character > "\x7f" for character in text) > 4 * text.count("\ufffd")


def _check_text(path: Path, encoding: str) -> None:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        start = file.read(SAMPLE)
    if start.count("\0") > len(start) / 1000:
        raise Unreadable("It is binary data, not text.")
