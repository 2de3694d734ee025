"""As many chunks as wanted, made of the sentences of a question set."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footnote.store import Chunk, Generation, Store
from footnote.text.sentences import sentences
from tests.contract.samples import following, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footnote.evaluation.questions import QuestionSet

EACH = 100
"""Chunks of a document."""
SHORT = 20
"""Characters of what is no sentence yet."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Every chunk is two sentences, and its vector lies somewhere between theirs."""

    texts: Sequence[str]
    vectors: NDArray[np.float32]
    """A row for each text, of unit length."""

    @classmethod
    def of(cls, parts: Sequence[str], vectors: NDArray[np.float32], size: int) -> Corpus:
        """The same for the same parts and size."""
        dice = np.random.default_rng(size)
        pairs = _pairs(len(parts), size)
        weights = dice.uniform(0.3, 0.7, (size, 1)).astype(np.float32)
        between = weights * vectors[pairs[:, 0]] + (1 - weights) * vectors[pairs[:, 1]]
        texts = [f"{parts[one]} {parts[other]}" for one, other in pairs.tolist()]
        return cls(texts, between / np.linalg.norm(between, axis=1, keepdims=True))

    def nearest(self, vector: NDArray[np.float32], count: int) -> set[str]:
        """The texts, by comparison with every chunk."""
        best = np.argsort(-(self.vectors @ vector))[:count]
        return {self.texts[row] for row in best.tolist()}

    async def write(self, store: Store, generation: Generation) -> None:
        for first in range(0, len(self.texts), EACH):
            rows = range(first, min(first + EACH, len(self.texts)))
            before = unknown(f"{first:06}.txt")
            manifest = following(before, generation, [self.texts[row] for row in rows])
            await store.stage(manifest, list(self._chunks(rows)), generation)
            await store.commit(manifest)

    def _chunks(self, rows: Sequence[int]) -> Iterator[Chunk]:
        start = 0
        for ordinal, row in enumerate(rows):
            text = self.texts[row]
            vector = self.vectors[row].tolist()
            yield Chunk(ordinal, text, "", (), None, start, start + len(text), vector)
            start += len(text) + 1


def parts(found: QuestionSet) -> list[str]:
    """The sentences of its documents, each once."""
    texts = (document["text"] for document in found.documents)
    said = (text[start:end] for text in texts for start, end in sentences(text))
    return list(dict.fromkeys(each for each in said if len(each) > SHORT))


def _pairs(parts: int, size: int) -> NDArray[np.intp]:
    """Pairs of different numbers below `parts`, none twice."""
    dice = random.Random(size)
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < size:
        pairs[dice.randrange(parts), dice.randrange(parts)] = None
    return np.array(list(pairs))
