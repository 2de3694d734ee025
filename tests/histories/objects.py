"""A bucket, and what readers may have seen of it from the beginning."""

from __future__ import annotations

from tests.histories.activities import step
from tests.histories.chronicle import Moment, chronicle
from tests.histories.moves import NAMES, Change
from tests.histories.parties import LIMIT
from tests.unit.functions.ingest.world import Shelf

PNG = b"\x89PNG\r\n\x1a\n"
GROUP = "staff"


class Objects:
    """In one folder, with texts that all have the word."""

    def __init__(self, folder: str, word: str) -> None:
        self.shelf = Shelf(step)
        self.chronicle = chronicle()
        self.folder = folder
        self.word = word
        self.ever_closed = False
        self._serial = 0

    def key(self, name: int) -> str:
        return f"{self.folder}/{NAMES[name]}"

    def change(self, change: Change) -> set[str]:
        """The keys that changed."""
        key = self.key(change.name)
        if change.what == "delete":
            self._delete(key)
        elif change.what == "rename":
            return self._rename(key, f"{self.folder}/renamed.md")
        else:
            self._put(key, *self._content(change, self.chronicle[key][-1]))
        return {key}

    def _content(self, change: Change, now: Moment) -> tuple[bytes, Moment]:
        if change.what == "spoil":
            return PNG, Moment()
        if change.what == "fatten":
            return b"x" * (LIMIT + 1), Moment()
        if change.what == "empty":
            return b"", Moment()
        text = now.text
        if change.what == "write" or not text:
            self._serial += 1
            parts = range(change.size + 1)
            text = " ".join(f"{self.word} {self._serial} of part {part}." for part in parts)
        return text.encode(), Moment(text, change.what == "close" and not now.closed)

    def _put(self, key: str, data: bytes, moment: Moment) -> None:
        groups = [GROUP] if moment.closed else []
        if key in self.shelf.objects and self.shelf.objects[key][1] == data:
            self.shelf.regroup(key, groups)
        else:
            self.shelf.put(key, data, groups)
        self.chronicle[key].append(moment)
        self.ever_closed |= moment.closed

    def _delete(self, key: str) -> None:
        self.shelf.delete(key)
        self.chronicle[key].append(Moment())

    def _rename(self, key: str, other: str) -> set[str]:
        if key not in self.shelf.objects:
            return set()
        self._put(other, self.shelf.objects[key][1], self.chronicle[key][-1])
        self._delete(key)
        return {key, other}
