"""What an endpoint repeats of what it was sent, in an error for instance: that is for no log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LETTERS = 12
"""In common, of several words, are no accident."""
LONGEST = 200
"""Characters that an endpoint has for saying what is wrong."""
READ = 4_000
"""Characters of which those are taken."""

_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|.)")
"""In JSON that is quoted in JSON, there are several backslashes."""


def redact(said: str, sent: Iterable[str]) -> str:
    """The beginning of `said`, with an ellipsis for whatever it repeats of the texts `sent`.

    It may repeat a part only, or with other space and escapes.
    """
    read = _ESCAPE.sub(_unescaped, said[:READ])
    texts = [*sent]
    repeated = _repeated([*_WORD.finditer(read)], _letters(" ".join(texts)), _lines(texts))
    kept, at = "", 0
    for start, end in repeated:
        kept += read[at:start] + "…"
        at = end
    return (kept + read[at:])[:LONGEST].strip()


def _repeated(words: Sequence[re.Match[str]], sent: str, lines: set[str]) -> Iterable[tuple[int, int]]:
    """From where to where."""
    at = 0
    while at < len(words):
        run, end = "", at
        while end < len(words) and (longer := run + words[end][0].casefold()) in sent:
            run, end = longer, end + 1
        if run and (run in lines or not run.isascii() or (len(run) >= LETTERS and end - at > 1)):
            yield words[at].start(), words[end - 1].end()
            at = end
        else:
            at += 1


def _lines(texts: Iterable[str]) -> set[str]:
    return {_letters(line) for text in texts for line in text.splitlines()}


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "
