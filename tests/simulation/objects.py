"""Objects of a simulated bucket, and their timelines."""

from __future__ import annotations

from tests.simulation.actions import NAMES, Change
from tests.simulation.controllers import OBJECT_LIMIT
from tests.simulation.scheduling import checkpoint
from tests.simulation.timeline import ObjectState, new_timelines
from tests.unit.functions.ingest.world import InMemoryBucket

PNG = b"\x89PNG\r\n\x1a\n"
GROUP = "staff"


class Objects:
    """Objects in one folder, whose texts all contain the word."""

    def __init__(self, folder: str, word: str) -> None:
        self.bucket = InMemoryBucket(checkpoint)
        self.timelines = new_timelines()
        self.folder = folder
        self.word = word
        self.ever_restricted = False
        self._serial = 0

    def key(self, name: int) -> str:
        return f"{self.folder}/{NAMES[name]}"

    def change(self, change: Change) -> set[str]:
        """Returns the keys that changed."""
        key = self.key(change.name)
        if change.kind == "delete":
            self._delete(key)
        elif change.kind == "rename":
            return self._rename(key, f"{self.folder}/renamed.md")
        else:
            self._put(key, *self._content(change, self.timelines[key][-1]))
        return {key}

    def _content(self, change: Change, state: ObjectState) -> tuple[bytes, ObjectState]:
        if change.kind == "corrupt":
            return PNG, ObjectState()
        if change.kind == "enlarge":
            return b"x" * (OBJECT_LIMIT + 1), ObjectState()
        if change.kind == "empty":
            return b"", ObjectState()
        text = state.text
        if change.kind == "write" or not text:
            self._serial += 1
            parts = range(change.size + 1)
            text = " ".join(f"{self.word} {self._serial} of part {part}." for part in parts)
        return text.encode(), ObjectState(text, change.kind == "restrict" and not state.restricted)

    def _put(self, key: str, data: bytes, state: ObjectState) -> None:
        groups = [GROUP] if state.restricted else []
        if key in self.bucket.objects and self.bucket.objects[key][1] == data:
            self.bucket.regroup(key, groups)
        else:
            self.bucket.put(key, data, groups)
        self.timelines[key].append(state)
        self.ever_restricted |= state.restricted

    def _delete(self, key: str) -> None:
        self.bucket.delete(key)
        self.timelines[key].append(ObjectState())

    def _rename(self, key: str, other: str) -> set[str]:
        if key not in self.bucket.objects:
            return set()
        self._put(other, self.bucket.objects[key][1], self.timelines[key][-1])
        self._delete(key)
        return {key, other}
