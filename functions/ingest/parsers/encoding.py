"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs

from footnote.errors import Unreadable

SAMPLE = 65_536
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text of `data`: by its byte order mark, as UTF-8, or in the encoding most like it.

    A few bytes that are wrong in the encoding become U+FFFD. Raises Unreadable for binary data.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := _unmarked_utf16(data[:SAMPLE]):
        return data.decode(wide, errors="replace")
    try:
        return _text(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _text(data.decode(_guess(data), errors="replace"))


def _unmarked_utf16(data: bytes) -> str | None:
    """Western text in UTF-16 has a zero in every second byte."""
    for encoding, high, low in (
        ("utf-16-le", data[1::2], data[::2]),
        ("utf-16-be", data[::2], data[1::2]),
    ):
        if high.count(0) > len(high) / 2 and low.count(0) < len(low) / 100:
            return encoding
    return None


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    if _nearly_utf8(data):
        return "utf-8"
    best = from_bytes(data[:SAMPLE]).best()
    return best.encoding if best else "cp1252"


def _nearly_utf8(data: bytes) -> bool:
    """Whether multi-byte UTF-8 outweighs what is wrong: a cut or slightly damaged file."""
    text = data[:SAMPLE].decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) > 4 * wrong and wrong < len(text) / 100


def _text(text: str) -> str:
    if text[:SAMPLE].count("\0") > len(text[:SAMPLE]) / 1000:
        raise Unreadable("It is binary data, not text.")
    return text
