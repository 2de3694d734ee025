"""Actions that make up a history, and hypothesis strategies that generate histories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

CONTROLLERS = 3
NAMES = ("a.md", "b c+d.md", "ü%2F/é.txt")
ALL = 1_000
"""More calls than any activity makes."""

ChangeKind = Literal["write", "touch", "corrupt", "enlarge", "empty", "restrict", "delete", "rename"]
ReindexStep = Literal["begin", "fill", "switch", "drop"]
Fault = Literal["fails", "unanswered", "late"]
"""The call has no effect; it takes effect and fails all the same; it fails, and takes effect later."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change an object: its text, its metadata only, to unreadable, too large or empty, or its name.

    `restrict` toggles whether only a group may read it.
    """

    kind: ChangeKind
    name: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Notify:
    """Notify a controller of a key, once more if it was before, and let it make that many calls."""

    name: int
    controller: int
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """Let one of the waiting activities make some calls; the last of them meets the fault."""

    which: int
    calls: int
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class DropNotification:
    """Never deliver a pending notification."""

    name: int


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill a controller with all its activities; with `late`, its last requests still arrive later."""

    which: int
    """Among the controllers that have a waiting activity."""
    late: bool = False


@dataclass(frozen=True, slots=True)
class StartSearch:
    """Start a search that takes several calls."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Make written chunks searchable, in a store that does not do so by itself."""


@dataclass(frozen=True, slots=True)
class Reindex:
    """Take one step of `footnote reindex`, or of its rollback."""

    step: ReindexStep
    controller: int


Action = Change | Notify | Step | DropNotification | Kill | StartSearch | Refresh | Reindex

_names = st.sampled_from([0, 0, 0, 0, 1, 2])
_controllers = st.integers(0, CONTROLLERS - 1)
_which = st.integers(0, 3)
_kinds = st.sampled_from(
    [*["write"] * 5, "touch", "corrupt", "enlarge", "empty", "restrict", "delete", "delete", "rename"]
)
_changes = st.builds(Change, _kinds, _names, st.integers(0, 4))
_notifications = st.builds(Notify, _names, _controllers, st.sampled_from([*range(9), ALL]))
_steps = st.builds(Step, _which, st.sampled_from([*range(1, 7), ALL]))
_faulty_steps = st.builds(
    Step, _which, st.integers(1, 4), st.sampled_from(["fails", "unanswered", "late"])
)
_Strategies = list[st.SearchStrategy[Action]]
_regular: _Strategies = [_changes, _changes, *[_notifications] * 3, _steps, _steps]
_faults: _Strategies = [_faulty_steps, st.builds(Kill, _which, st.booleans())]
_searches: st.SearchStrategy[Action] = st.one_of(st.just(StartSearch()), st.just(Refresh()))
_reindexing: st.SearchStrategy[Action] = st.builds(
    Reindex, st.sampled_from(["begin", "fill", "switch", "drop"]), _controllers
)


def _lists(*strategies: st.SearchStrategy[Action]) -> st.SearchStrategy[list[Action]]:
    """Lists of lists, joined: so they are long, and hypothesis can shrink them well."""
    parts = st.lists(st.lists(st.one_of(*strategies), min_size=1, max_size=12), min_size=1, max_size=10)
    return parts.map(lambda parts: [action for part in parts for action in part])


histories = (
    _lists(*_regular)
    | _lists(*_regular, _searches)
    | _lists(*_regular, _searches, _reindexing)
    | _lists(*_regular, *_faults, _searches, _reindexing, st.builds(DropNotification, _names))
)
"""Most are free of faults, so that no retry hides what the first attempt did wrong."""
