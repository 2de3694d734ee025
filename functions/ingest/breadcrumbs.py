"""The breadcrumbs of a key: the folders and the file of an object, in words."""

from __future__ import annotations

import re

from footnote.text.marks import MARKS
from footnote.text.normalization import normalize

LIMIT = 4
"""Only the last parts of a key count: they are the most specific."""

_LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
_WORD = re.compile(rf"(?<![^\W_])(?<![{MARKS}])[^\W\d_]{_LETTER}+(?![^\W_])")
"""Letters only: numbers and ids in names tell files apart and say nothing about their content."""


def breadcrumbs(key: str) -> tuple[str, ...]:
    """Folders and file of `key` in words: `("claims", "how to")` for `claims/how-to.md`."""
    *folders, file = normalize(key).split("/")
    parts = [*folders, file.rpartition(".")[0] or file][-LIMIT:]
    return tuple(words for part in parts if (words := " ".join(_WORD.findall(part))))
