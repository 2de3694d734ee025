"""The embedder: texts in, vectors out. A port with two adapters."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Embeddings:
    vectors: list[array[float]]
    """One for each text, in the order of the texts; float32, unit length."""
    tokens: int
    """What the model read of all texts together, without what it truncated."""


class Embedder(Protocol):
    """A text always gets the same vector, whichever texts are embedded with it."""

    name: str
    """The model's name in requests."""

    @property
    def fingerprint(self) -> str:
        """Two embedders have the same one only if their vectors can be compared."""
        ...

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """Raises Unavailable or RateLimited if the same call may succeed later."""
        ...
