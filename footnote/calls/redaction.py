"""Redaction: what an endpoint repeats of a request in its error message must not reach the log."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_LENGTH = 200
"""Characters of a redacted message."""
MAX_READ = 4_000
"""Characters of a message that are looked at."""
MIN_LETTERS = 12
"""Letters that several words must have in common with the request to count as a repetition."""

_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|.)")
"""JSON quoted in JSON has several backslashes."""


def redact(message: str, sent: Iterable[str]) -> str:
    """The beginning of `message`, with an ellipsis for each part that repeats one of the texts `sent`.

    A repetition may be partial, and differ in case, white space and escapes: only letters and digits are
    compared. One word alone counts if it is a whole line of a text, or not ASCII.
    """
    message = _ESCAPE.sub(_unescape, message[:MAX_READ])
    texts = [*sent]
    letters = _letters(" ".join(texts))
    lines = {_letters(line) for text in texts for line in text.splitlines()}
    words = [*_WORD.finditer(message)]
    kept: list[str] = []
    start = first = 0
    while first < len(words):
        run, end = "", first
        while end < len(words) and (longer := run + words[end][0].casefold()) in letters:
            run, end = longer, end + 1
        if run and (run in lines or not run.isascii() or (len(run) >= MIN_LETTERS and end - first > 1)):
            kept.append(message[start : words[first].start()])
            start, first = words[end - 1].end(), end
        else:
            first += 1
    return "…".join([*kept, message[start:]])[:MAX_LENGTH].strip()


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _unescape(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "
