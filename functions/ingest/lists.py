"""Lists: the sentence that introduces one, without which an item may seem to say the opposite."""

from __future__ import annotations

import re

from footnote.text.sentences import ITEM, sentences
from footnote.text.windows import Text

WINDOW = 8_192
"""Characters before an item in which the list is taken to begin."""
MAX_INTRODUCTION = 200
"""Characters: it is repeated with every chunk that begins in the list."""

_EMPTY_LINES = re.compile(r"\n\s*\n")
_FIRST_ITEM = re.compile(rf"^{ITEM.pattern}", re.MULTILINE)


def introduction(text: Text, start: int) -> str:
    """The sentence, ending in a colon, that introduces the list whose item begins at `start`.

    Empty if no item begins there, or if nothing introduces the list.
    """
    if not ITEM.match(text[start : start + WINDOW]):
        return ""
    for paragraph in reversed(_EMPTY_LINES.split(text[max(0, start - WINDOW) : start])):
        above = _FIRST_ITEM.split(paragraph, maxsplit=1)[0].rstrip()
        if above:
            return _last_sentence(above) if above.endswith(":") else ""
    return ""


def _last_sentence(text: str) -> str:
    line = " ".join(text.split())
    *_, (start, end) = sentences(line)
    sentence = line[start:end]
    has_words = any(map(str.isalnum, sentence))
    return sentence if has_words and len(sentence) <= MAX_INTRODUCTION else ""
