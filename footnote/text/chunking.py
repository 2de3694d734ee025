"""How documents are cut: what the settings ask for, and what an index is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from footnote.errors import InvalidRequest

if TYPE_CHECKING:
    from footnote.settings import Settings

Unit = Literal["wordpieces", "characters"]

_SPELLED = re.compile(r"(?P<unit>wordpieces|characters)-(?P<size>\d+)-(?P<overlap>\d+)(-named)?")
SMALLEST = 16
"""Units in a chunk."""


@dataclass(frozen=True, slots=True)
class Chunking:
    """How documents are cut and what is put before the pieces. Only what was cut alike is comparable."""

    size: int
    overlap: int
    unit: Unit = "wordpieces"

    @classmethod
    def from_settings(cls, settings: Settings) -> Chunking:
        return cls(settings.chunk_size, settings.chunk_overlap, settings.chunk_unit)

    @classmethod
    def parse(cls, text: str) -> Chunking:
        """From `wordpieces-250-50`, with or without the suffix. Raises InvalidRequest."""
        spelled = _SPELLED.fullmatch(text)
        if spelled is None or int(spelled["size"]) < SMALLEST:
            raise InvalidRequest(
                f"{text} is no chunking: give unit, size and overlap, as in wordpieces-250-50; "
                f"the unit is wordpieces or characters, the size at least {SMALLEST}."
            )
        return cls(int(spelled["size"]), int(spelled["overlap"]), cast("Unit", spelled["unit"]))

    def __str__(self) -> str:
        return f"{self.unit}-{self.size}-{self.overlap}-named"
