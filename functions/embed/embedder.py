"""The embedder: texts in, vectors out. A port with two adapters."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Embedded:
    vectors: list[array[float]]
    """One for each text, in the order of the texts; float32, unit length."""
    tokens: int
    """Read by the model, all texts together; what it cut off is not among them."""


class Embedder(Protocol):
    """Can embed as soon as it is made. The same text has the same vector, whatever it is sent with."""

    name: str
    """The model, as a caller may call it."""

    @property
    def fingerprint(self) -> str:
        """Equal only where vectors can be compared."""
        ...

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Raises Unavailable or RateLimited when the same call may work later."""
        ...
