"""The lines of all pages of a PDF, most of them in a temporary file until they are read again."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise

from functions.ingest.parsers.document.spool import Spool
from functions.ingest.parsers.pdf.page_layout import Line


class StoredLines:
    def __init__(self) -> None:
        self._spool = Spool()
        self._ends = array("Q", [0])
        """End of each page in the spool, after a leading 0."""

    def append(self, lines: Sequence[Line]) -> None:
        """Store the lines of the next page."""
        self._spool.append(
            json.dumps([(line.text, line.left, line.right, line.start, line.end) for line in lines])
        )
        self._ends.append(len(self._spool))

    def __iter__(self) -> Iterator[list[Line]]:
        """The lines of each page."""
        for start, end in pairwise(self._ends):
            yield [Line(*fields) for fields in json.loads(self._spool[start:end])]
