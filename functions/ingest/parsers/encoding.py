"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from footnote.errors import Unreadable
from functions.ingest.parsers.charset import codec

SAMPLE = 65_536
BLOCK = 1 << 16
WESTERN = "cp1252"
ESCAPED = ("iso2022", "hz")
"""Codecs of what looks like ASCII."""
NEIGHBOURS = {
    "Turkish": "cp1254",
    "Croatian": "cp1250",
    "Hungarian": "cp1250",
    "Slovak": "cp1250",
    "Slovene": "cp1250",
    "Lithuanian": "cp1257",
}
"""By languages that lack letters in the Western one, and are hardly ever seen in Western text."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def opened(path: Path, *declared: str, newline: str = "") -> TextIO:
    """The file's text: by its byte order mark, as UTF-8, as declared, or in the encoding most like it.

    Of what is declared the first that is known counts. Single wrong bytes become U+FFFD. Its lines
    end with `newline`, or however they may, and stay as they are. Raises Unreadable for binary files.
    """
    return path.open(encoding=_encoding(path, declared), errors="replace", newline=newline)


def decode(path: Path, *declared: str) -> str:
    """All of it at once."""
    with opened(path, *declared) as file:
        return file.read()


def blocks(file: TextIO, size: int = BLOCK) -> Iterator[str]:
    """What is left of the text in whole lines, but for very long ones; no line's end is cut in two."""
    while block := file.read(size) + file.readline(size):
        while block.endswith("\r") and (more := file.read(1)):
            block += more
        yield block


def _encoding(path: Path, declared: Iterable[str]) -> str:
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if wide := _unmarked_utf16(start):
        return wide
    encoding = _narrow(path, next(filter(None, map(codec, declared)), ""))
    _check_text(path, encoding)
    return encoding


def _narrow(path: Path, declared: str) -> str:
    if declared.startswith(ESCAPED):
        return declared
    return "utf-8" if _is_utf8(path) else declared or _guess(_telling(path))


def _unmarked_utf16(data: bytes) -> str | None:
    """Western text in UTF-16 has a zero in every second byte."""
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


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    if _nearly_utf8(sample):
        return "utf-8"
    likely = from_bytes(sample)
    best = likely.best()
    if best is None:
        return WESTERN
    # Most files without a better reason are in it, and all its neighbours fit Western text as well.
    if any(WESTERN in found.could_be_from_charset for found in likely):
        return NEIGHBOURS.get(best.language, WESTERN)
    return best.encoding


def _telling(path: Path) -> bytes:
    """The first of its lines that are not ASCII."""
    sample = bytearray()
    with path.open("rb") as file:
        while len(sample) < SAMPLE and (line := file.readline(SAMPLE)):
            sample += b"" if line.isascii() else line
    return bytes(sample)


def _nearly_utf8(sample: bytes) -> bool:
    """Whether multi-byte UTF-8 outweighs what is wrong: a cut or slightly damaged file."""
    text = sample.decode("utf-8", errors="replace")
    return sum(character > "\x7f" for character in text) > 4 * text.count("\ufffd")


def _check_text(path: Path, encoding: str) -> None:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        start = file.read(SAMPLE)
    if start.count("\0") > len(start) / 1000:
        raise Unreadable("It is binary data, not text.")
