"""Texts to measure with, as long and as many as wanted; the same ones each time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

WORDS = 8_000
CONSONANTS, VOWELS = "bcdfgklmnprstv", "aeiou"


def write(folder: Path, documents: range, characters: int) -> None:
    """A file of about so many characters for each of the numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in documents:
        (folder / f"{number:06}.txt").write_text(text(number, characters))


def write_long(file: Path, characters: int) -> None:
    with file.open("w") as opened:
        for number in range(0, characters, 100_000):
            opened.write(text(number, min(100_000, characters - number)))


def text(seed: int, characters: int) -> str:
    """One paragraph of sentences of made-up words, few of them often, as in a language."""
    parts: list[str] = []
    length = 0
    for sentence in _sentences(Random(seed)):
        parts.append(sentence)
        length += len(sentence) + 1
        if length >= characters:
            break
    return " ".join(parts) + "\n"


def _sentences(random: Random) -> Iterator[str]:
    while True:
        chosen = random.choices(_WORDS, cum_weights=_WEIGHTS, k=random.randint(8, 22))
        yield " ".join(chosen).capitalize() + "."


def _words(random: Random) -> Iterator[str]:
    for _ in range(WORDS):
        syllables = range(random.randint(1, 4))
        yield "".join(random.choice(CONSONANTS) + random.choice(VOWELS) for _ in syllables)


_WORDS = list(_words(Random(1)))
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
