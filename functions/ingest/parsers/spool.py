"""A text that grows, in little memory however long it gets."""

from __future__ import annotations

import os
from array import array
from itertools import accumulate
from tempfile import SpooledTemporaryFile
from weakref import finalize

BLOCK = 4_096
"""Characters that are read at a time."""
SMALL = 100_000
"""Bytes that need no file: to make one takes longer than most documents."""


class Spool:
    """Its whole blocks, once they are many, are in a file without a name, gone when this is."""

    def __init__(self, block: int = BLOCK) -> None:
        self._block = block
        self._file = SpooledTemporaryFile(SMALL)  # noqa: SIM115 - closed when this is gone
        self._ends = array("Q", [0])
        """Of the blocks in the file, in bytes."""
        self._rest: list[str] = []
        self._length = 0
        self._at, self._seen = 0, ""
        """What was looked at last, and where it starts: more is seen of the same place, mostly."""
        finalize(self, self._file.close)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice, /) -> str:
        start, end, _ = part.indices(self._length)
        if start >= end:
            return ""
        if start < self._at or end > self._at + len(self._seen):
            self._look(start // self._block, -(-end // self._block))
        return self._seen[start - self._at : end - self._at]

    def append(self, text: str) -> None:
        self._rest.append(text)
        self._length += len(text)
        if self._length >= self._block * len(self._ends):
            self._store()

    def _store(self) -> None:
        rest = "".join(self._rest)
        whole = len(rest) - len(rest) % self._block
        starts = range(0, whole, self._block)
        blocks = [rest[start : start + self._block].encode() for start in starts]
        self._file.seek(0, os.SEEK_END)
        self._file.write(b"".join(blocks))
        self._ends.extend([*accumulate(map(len, blocks), initial=self._ends.pop())])
        self._rest = [rest[whole:]]

    def _look(self, first: int, last: int) -> None:
        """At the blocks from the first to before the last; what is no whole block yet is one, too."""
        ends = self._ends[first : last + 1]
        self._file.seek(ends[0])
        stored = self._file.read(ends[-1] - ends[0]).decode()
        self._seen = stored + "".join(self._rest) if last == len(self._ends) else stored
        self._at = first * self._block
