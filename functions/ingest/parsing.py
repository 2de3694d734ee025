"""The port to what parses and chunks documents; `workers.pool` implements it with processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from footnote.store import Chunk, Manifest
from functions.ingest.piece import Piece

Pieces = Callable[[str], Iterator[Piece]]
"""The pieces of one document for a chunking, such as `wordpieces-250-50-named`."""


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    content_type: str
    pieces: Pieces
    """Accepts each chunking that was requested, as long as the file that was parsed exists."""


class Parser(Protocol):
    """Both methods raise Unreadable when the document cannot be parsed."""

    async def parse(
        self, path: Path, name: str, content_type: str, chunkings: Collection[str]
    ) -> Parsed:
        """Parse and chunk the object `name`, whose content is in the file `path`.

        `content_type` is the type that the object is declared to have.
        """
        ...

    def rechunk(
        self, manifest: Manifest, chunks: Collection[Chunk], chunkings: Collection[str]
    ) -> AbstractAsyncContextManager[Parsed]:
        """Chunk an indexed document anew: its text is taken from its `chunks`, not from the bucket."""
        ...
