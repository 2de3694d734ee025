"""Wordpieces: the tokens that an embedding model reads, and the unit of a chunk's size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from footnote.text.windows import Text, windowed_matches

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUNDLED = Path(__file__).with_name("tokenizer.json")
"""The tokenizer of all-MiniLM-L6-v2 (Apache-2.0): English BERT, lower case, without accents."""
SLICE = 100_000
"""Characters that are tokenized at once, about."""
_UP_TO_A_SPACE = re.compile(rf".{{1,{SLICE}}}\S*\s*", re.DOTALL)


@cache
def tokenizer() -> Tokenizer:
    """The process's tokenizer. It truncates nothing, and reads `[SEP]` and the like as plain text."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(BUNDLED))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def offsets(text: Text, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Start and end of each wordpiece of text[start:end], in characters of `text`, in order.

    Wordpieces of the same character have the same offsets: a Korean syllable has up to three. A word
    of over 100 characters is one wordpiece. Spaces and control characters belong to none, or lie
    inside one.
    """
    for at, part in windowed_matches(_UP_TO_A_SPACE, text, start, end):
        encoding = tokenizer().encode(part, add_special_tokens=False)
        for first, last in encoding.offsets:
            yield at + first, at + last
