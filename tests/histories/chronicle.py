"""What a bucket held, one after the other: whatever a reader sees must be one of these, and in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """What readers may see of an object that is indexed as it was then."""

    text: str = ""
    """Empty where there is nothing to see: no object, an empty or an unreadable one."""
    closed: bool = False

    def seen(self, *, insider: bool) -> str:
        return "" if self.closed and not insider else self.text


class Mismatch(AssertionError):
    """The index showed what it never may, or did not end as the bucket did."""


Chronicle = defaultdict[str, list[Moment]]
"""By key, and before all that happens there is nothing."""


def chronicle() -> Chronicle:
    return defaultdict(lambda: [Moment()])


class Reader:
    """Sees an object's moments in their order: it may skip some, and never goes back."""

    def __init__(self, chronicle: Chronicle, *, insider: bool) -> None:
        self._chronicle = chronicle
        self._place: dict[str, int] = defaultdict(int)
        self.insider = insider

    def sees(self, texts: Mapping[str, str]) -> None:
        """The text of every document it finds. Raises Mismatch."""
        for key in list(self._chronicle):
            self._place[key] = self._moment(key, texts.get(key, ""))

    def later(self) -> Reader:
        """One who looks after this one did."""
        reader = Reader(self._chronicle, insider=self.insider)
        reader._place.update(self._place)
        return reader

    def _moment(self, key: str, text: str) -> int:
        moments = self._chronicle[key]
        for place in range(self._place[key], len(moments)):
            if moments[place].seen(insider=self.insider) == text:
                return place
        who = "an insider" if self.insider else "an outsider"
        raise Mismatch(f"Of {key} {who} sees {text!r}, after {moments[self._place[key]]} of {moments}.")
