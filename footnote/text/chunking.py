"""The chunking of an index: unit, size and overlap of its chunks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from footnote.errors import InvalidRequest

if TYPE_CHECKING:
    from footnote.settings import Settings

Unit = Literal["wordpieces", "characters"]

_NAME = re.compile(r"(?P<unit>wordpieces|characters)-(?P<size>\d+)-(?P<overlap>\d+)(-named)?")
MIN_SIZE = 16
"""In units."""


@dataclass(frozen=True, slots=True)
class Chunking:
    """How documents are cut into chunks. Chunks are comparable only if they were cut the same way."""

    size: int
    overlap: int
    unit: Unit = "wordpieces"

    @classmethod
    def from_settings(cls, settings: Settings) -> Chunking:
        return cls(settings.chunk_size, settings.chunk_overlap, settings.chunk_unit)

    @classmethod
    def parse(cls, text: str) -> Chunking:
        """Parse `wordpieces-250-50`, with or without the suffix `-named`. Raises InvalidRequest."""
        match = _NAME.fullmatch(text)
        if match is None or int(match["size"]) < MIN_SIZE:
            raise InvalidRequest(
                f"{text} is not a chunking: give unit, size and overlap, as in wordpieces-250-50; "
                f"the unit is wordpieces or characters, and the size at least {MIN_SIZE}."
            )
        return cls(int(match["size"]), int(match["overlap"]), cast("Unit", match["unit"]))

    def __str__(self) -> str:
        """The suffix says that breadcrumbs, title and headings are put before each chunk."""
        return f"{self.unit}-{self.size}-{self.overlap}-named"
