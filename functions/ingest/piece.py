"""A piece of a document: what becomes a chunk of the index once it has a vector."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """text == document.text[start:end]"""

    ordinal: int
    text: str
    context: str
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int
    gap: str
    """The white space between the previous piece and this one."""
    marks: tuple[tuple[int, int, str], ...]
    """Offset, level and title of headings after the previous piece, and of pages, whose level is 0."""
