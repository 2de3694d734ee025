"""What the place of an object in its bucket says of it."""

from __future__ import annotations

import re

from footnote.text.letters import MARKS, composed

NAMES = 4
"""The last names of a key, which say most."""

_LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
_WORD = re.compile(rf"(?<![^\W_])(?<![{MARKS}])[^\W\d_]{_LETTER}+(?![^\W_])")
"""Letters alone: numbers and ids are in names to tell them apart."""


def names(key: str) -> tuple[str, ...]:
    """Folders and file of `key`, each in words: of `claims/how-to.md`, "claims" and "how to"."""
    *folders, file = composed(key).split("/")
    parts = [*folders, file.rpartition(".")[0] or file][-NAMES:]
    return tuple(words for part in parts if (words := " ".join(_WORD.findall(part))))
