"""The wordpieces of a text: what an embedding model reads, and what a chunk's size is counted in."""

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
"""Of all-MiniLM-L6-v2 (Apache-2.0): the wordpieces of English BERT, lower case, without accents."""
SLICE = 100_000
_UP_TO_A_SPACE = re.compile(rf".{{1,{SLICE}}}\S*\s*", re.DOTALL)


@cache
def tokenizer() -> Tokenizer:
    """The process's one tokenizer: reads texts of any length, and `[SEP]` and the like as text."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(BUNDLED))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def offsets(text: Text, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where each wordpiece of text[start:end] starts and ends, in characters of `text`, in order.

    Wordpieces of one character (a Korean syllable has up to three) have the same offsets. A word of over
    100 characters is one wordpiece. Spaces and control characters belong to none, or lie inside one.
    """
    for at, part in windowed_matches(_UP_TO_A_SPACE, text, start, end):
        encoding = tokenizer().encode(part, add_special_tokens=False)
        for first, last in encoding.offsets:
            yield at + first, at + last
