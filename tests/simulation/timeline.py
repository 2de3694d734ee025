"""Timelines of objects, against which readers check what a search shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ObjectState:
    """What readers may see of an object while the bucket has it in this state."""

    text: str = ""
    """Empty if there is no object, or if it has no readable text."""
    restricted: bool = False

    def visible_text(self, *, insider: bool) -> str:
        return "" if self.restricted and not insider else self.text


class Mismatch(AssertionError):
    """The index showed a wrong state, or did not converge to the bucket."""


Timelines = defaultdict[str, list[ObjectState]]
"""The states of each object in order, by key; the first is that there is none."""


def new_timelines() -> Timelines:
    return defaultdict(lambda: [ObjectState()])


class Reader:
    """Checks monotonic reads: a reader sees states in order, may skip some, and never goes back."""

    def __init__(self, timelines: Mapping[str, Sequence[ObjectState]], *, insider: bool) -> None:
        self._timelines = timelines
        self._positions: dict[str, int] = defaultdict(int)
        self.insider = insider

    def check(self, texts: Mapping[str, str]) -> None:
        """Check the texts of all documents that a search found, by key. Raises Mismatch."""
        for key in list(self._timelines):
            self._positions[key] = self._position(key, texts.get(key, ""))

    def copy(self) -> Reader:
        """A reader that has seen the same states."""
        reader = Reader(self._timelines, insider=self.insider)
        reader._positions.update(self._positions)
        return reader

    def _position(self, key: str, text: str) -> int:
        states = self._timelines[key]
        for position in range(self._positions[key], len(states)):
            if states[position].visible_text(insider=self.insider) == text:
                return position
        who = "an insider" if self.insider else "an outsider"
        last = states[self._positions[key]]
        raise Mismatch(f"Of {key} {who} sees {text!r}, after {last} of {states}.")
