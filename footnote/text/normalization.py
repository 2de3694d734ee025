"""Letters: which of them make a word, and how a text has them."""

from __future__ import annotations

import re
from unicodedata import category
from unicodedata import normalize as unicode_normalize

_BLOCKS = (range(0x300, 0x1E00), range(0xA66F, 0xABFF))
"""With the marks of nearly all that is written; to look at every character would take longer."""
_MARKS = (mark for block in _BLOCKS for mark in map(chr, block) if category(mark)[0] == "M")

MARKS = "".join(_MARKS) + "\u200c\u200d"
"""Accents, vowel signs and joiners, over which a word goes on: for a class of a pattern."""
WORD = rf"\w[\w{MARKS}]*"

_IDEOGRAPHS = (
    "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_SOUTHEAST = "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
"""Thai, Lao, Burmese and Khmer."""
_ALONE = re.compile(f"[{_IDEOGRAPHS}{_HIRAGANA}]|[{_KATAKANA}]+|[{_SOUTHEAST}][{MARKS}]*")
_UNSEEN = re.compile("[\u00ad\u2060\ufeff]")
"""Within words, soft hyphens and what forbids a break. U+200B is none of them: it parts words."""


def normalize(text: str) -> str:
    """Without soft hyphens and the like; a letter and its accents are one character (NFC)."""
    return text if text.isascii() else unicode_normalize("NFC", _UNSEEN.sub("", text))


def separate_words(text: str) -> str:
    """Composed, with space around what is a word without it: ideographs, kana, Southeast Asian letters.

    Ideographs, hiragana and runs of katakana are words each in Elasticsearch's standard tokenizer, too.
    """
    if text.isascii():
        return text
    # In lower case it would become two characters.
    return _ALONE.sub(r" \g<0> ", normalize(text).replace("İ", "I"))
