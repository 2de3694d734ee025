"""What may happen to a bucket and to those who make an index follow it, as hypothesis makes it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

PARTIES = 3
NAMES = ("a.md", "b c+d.md", "ü%2F/é.txt")
ALL = 1_000
"""More calls than any activity makes."""

What = Literal["write", "touch", "spoil", "fatten", "empty", "close", "delete", "rename"]
Replacing = Literal["begin", "fill", "switch", "drop"]
Fault = Literal["fails", "unanswered", "late"]
"""A call has no effect; it has, and fails nevertheless; it fails, and has its effect some time later."""


@dataclass(frozen=True, slots=True)
class Change:
    """An object is written, touched, made unreadable, too large or empty, closed, removed or moved."""

    what: What
    name: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Hear:
    """A party hears of a key, once more if it was told before, and gets on with it by so many calls."""

    name: int
    party: int
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One of those at work makes some of its calls; the last of them meets the fault."""

    which: int
    calls: int
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Lose:
    """A notification is never delivered."""

    name: int


@dataclass(frozen=True, slots=True)
class Kill:
    """A party ends in the middle of all that it does; it may be that its last requests arrive later."""

    which: int
    """Of those at work."""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A reader begins a search that takes several calls."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Searches see what is written, where they do not by themselves."""


@dataclass(frozen=True, slots=True)
class Replace:
    """An operator takes one step of another index in place of the live one, or back."""

    what: Replacing
    party: int


Move = Change | Hear | Step | Lose | Kill | Look | Refresh | Replace

_names = st.sampled_from([0, 0, 0, 0, 1, 2])
_parties = st.integers(0, PARTIES - 1)
_which = st.integers(0, 3)
_whats = st.sampled_from(
    [*["write"] * 5, "touch", "spoil", "fatten", "empty", "close", "delete", "delete", "rename"]
)
_changes = st.builds(Change, _whats, _names, st.integers(0, 4))
_hearings = st.builds(Hear, _names, _parties, st.sampled_from([*range(9), ALL]))
_steps = st.builds(Step, _which, st.sampled_from([*range(1, 7), ALL]))
_faulty = st.builds(Step, _which, st.integers(1, 4), st.sampled_from(["fails", "unanswered", "late"]))
_Kinds = list[st.SearchStrategy[Move]]
_quiet: _Kinds = [_changes, _changes, _hearings, _hearings, _hearings, _steps, _steps]
_mishaps: _Kinds = [_faulty, st.builds(Kill, _which, st.booleans())]
_looks: st.SearchStrategy[Move] = st.one_of(st.just(Look()), st.just(Refresh()))
_replacing: st.SearchStrategy[Move] = st.builds(
    Replace, st.sampled_from(["begin", "fill", "switch", "drop"]), _parties
)


def _lists(*kinds: st.SearchStrategy[Move]) -> st.SearchStrategy[list[Move]]:
    """In parts, so that they are long, and can become short."""
    parts = st.lists(st.lists(st.one_of(*kinds), min_size=1, max_size=12), min_size=1, max_size=10)
    return parts.map(lambda parts: [move for part in parts for move in part])


histories = (
    _lists(*_quiet)
    | _lists(*_quiet, _looks)
    | _lists(*_quiet, _looks, _replacing)
    | _lists(*_quiet, *_mishaps, _looks, _replacing, st.builds(Lose, _names))
)
"""In most nothing fails and nobody dies: no second attempt mends what the first did wrong."""
