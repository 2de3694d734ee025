"""Checks what crosses the boundary between ingest and its worker processes."""

from __future__ import annotations

import asyncio
import json
import re
from itertools import pairwise
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsing import Parsed
from functions.ingest.workers.pool import WorkerPool

REASON = re.compile(r"(It|Its|Line \d+) [^\n]{5,}\.", re.S)
UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
CHUNKING = "wordpieces-250-50-named"
LIMITS = ("FOOTNOTE_PARSE_TIMEOUT", "FOOTNOTE_PARSE_MEMORY", "FOOTNOTE_TEXT_LIMIT")


class Boundary:
    def __init__(self, pool: WorkerPool, runner: asyncio.Runner, folder: Path) -> None:
        self._pool = pool
        self._runner = runner
        self._path = folder / "object"

    def examine(self, name: str, content: bytes) -> str:
        """Parse `content`; returns `read`, `refused`, or the name of the limit that was exceeded.

        Raises AssertionError if the text or the reason is not fit for use.
        """
        self._path.write_bytes(content)
        try:
            parsed = self._runner.run(self._pool.parse(self._path, name, "", [CHUNKING]))
        except Unreadable as error:
            return self._refused(error.message)
        check(parsed)
        return "read"

    def _refused(self, reason: str) -> str:
        assert "crashed" not in reason, reason
        assert REASON.fullmatch(reason), f"no reason for a reader: {reason!r}"
        assert str(self._path) not in reason, f"names a file of ours: {reason!r}"
        assert len(reason) < 500, f"too long: {reason!r}"
        return next((limit for limit in LIMITS if limit in reason), "refused")


def check(parsed: Parsed) -> None:
    """Raises AssertionError unless the text can be stored, searched and cited."""
    pieces = list(parsed.pieces(CHUNKING))
    assert pieces, "nothing to search"
    assert 0 < len(parsed.title) <= 500, f"title: {parsed.title!r}"
    assert all(one.start < other.start for one, other in pairwise(pieces)), "pieces out of order"
    for piece in pieces:
        assert piece.text.strip() == piece.text != "", f"piece: {piece.text!r}"
        assert piece.end - piece.start == len(piece.text), f"place: {piece!r}"
        assert not UNUSABLE.search(piece.text + piece.context + parsed.title), f"piece: {piece!r}"
        json.dumps([piece.text, piece.context], ensure_ascii=False).encode()
