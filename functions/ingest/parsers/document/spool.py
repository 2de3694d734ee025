"""A growing text that takes little memory, however long it gets."""

from __future__ import annotations

import os
from array import array
from itertools import accumulate
from tempfile import SpooledTemporaryFile
from weakref import finalize

BLOCK = 4_096
"""Characters that are read at a time."""
MAX_IN_MEMORY = 100_000
"""Bytes. Creating a file takes longer than parsing most documents."""


class Spool:
    """Whole blocks are in a temporary file without a name, once they exceed MAX_IN_MEMORY."""

    def __init__(self, block: int = BLOCK) -> None:
        self._block = block
        self._file = SpooledTemporaryFile(MAX_IN_MEMORY)  # noqa: SIM115 - closed by finalize
        self._ends = array("Q", [0])
        """End of each block in the file, in bytes, after a leading 0."""
        self._tail: list[str] = []
        """What was appended after the last whole block."""
        self._length = 0
        self._window_start, self._window = 0, ""
        """The blocks that were read last, and where they start: reads mostly stay near one another."""
        finalize(self, self._file.close)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice, /) -> str:
        start, end, _ = part.indices(self._length)
        if start >= end:
            return ""
        if start < self._window_start or end > self._window_start + len(self._window):
            self._load(start // self._block, -(-end // self._block))
        return self._window[start - self._window_start : end - self._window_start]

    def append(self, text: str) -> None:
        self._tail.append(text)
        self._length += len(text)
        if self._length >= self._block * len(self._ends):
            self._flush()

    def _flush(self) -> None:
        tail = "".join(self._tail)
        whole = len(tail) - len(tail) % self._block
        starts = range(0, whole, self._block)
        blocks = [tail[start : start + self._block].encode() for start in starts]
        self._file.seek(0, os.SEEK_END)
        self._file.write(b"".join(blocks))
        self._ends.extend([*accumulate(map(len, blocks), initial=self._ends.pop())])
        self._tail = [tail[whole:]]

    def _load(self, first: int, last: int) -> None:
        """Read the blocks from `first` up to but not including `last`; the tail counts as one."""
        ends = self._ends[first : last + 1]
        self._file.seek(ends[0])
        stored = self._file.read(ends[-1] - ends[0]).decode()
        self._window = stored + "".join(self._tail) if last == len(self._ends) else stored
        self._window_start = first * self._block
