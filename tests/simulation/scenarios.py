"""Histories for one bug each, which random generation hardly ever finds."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulation.actions import ALL, Action, Change, Notify, Refresh, Reindex, StartSearch, Step

Scenario = Sequence[Action]

INDEXED: Scenario = [Change("write", size=1), Notify(name=0, controller=1, calls=ALL)]

DELETED_EARLY: Scenario = [
    Change("write"),
    Notify(name=0, controller=1, calls=4),
    Change("delete"),
    Notify(name=0, controller=0, calls=ALL),
]
"""A controller is notified of a deletion before the object was indexed, and finds nothing to remove."""
NEW_GENERATION: Scenario = [
    *INDEXED,
    Change("write", size=1),
    Notify(name=0, controller=0, calls=8),
    Reindex("begin", controller=1),
    Step(1, ALL),
]
"""A generation is created while a new version is staged, which must then be staged again."""
ORPHANED: Scenario = [
    *INDEXED,
    Change("write", name=1, size=3),
    Notify(name=1, controller=0, calls=8),
    Reindex("begin", controller=1),
    Step(1, ALL),
    Change("delete", name=1),
    Step(0, ALL),
]
"""A generation is created while a first version is staged, and then its object is deleted."""
OPENED: Scenario = [
    Change("restrict"),
    Notify(name=0, controller=1, calls=ALL),
    Change("restrict"),
    Notify(name=0, controller=0, calls=ALL),
]
"""An indexed object becomes public, and its text stays as it was."""
HALF_OPENED: Scenario = [
    Change("write", size=3),
    Change("restrict"),
    Notify(name=0, controller=1, calls=ALL),
    Change("restrict"),
    Notify(name=0, controller=0, calls=9),
    Refresh(),
    Step(0, ALL),
]
"""Readers search when half of the chunks are public."""
CLOSED_LATE: Scenario = [
    *INDEXED,
    Change("restrict"),
    Notify(name=0, controller=0, calls=8),
    Step(0, 1, "late"),
    Change("restrict"),
    Notify(name=0, controller=1, calls=ALL),
    Step(0, ALL),
]
"""The chunks of an object are closed by a late write, after the object became public again."""
STAGED: Scenario = [
    *INDEXED,
    Change("write", size=3),
    Notify(name=0, controller=0, calls=10),
    Refresh(),
]
"""Readers search when chunks of a new version are searchable that are not committed."""
STAGED_TWICE: Scenario = [
    *INDEXED,
    Change("write", size=1),
    Notify(name=0, controller=0, calls=8),
    Reindex("begin", controller=2),
    Step(1, ALL),
    Notify(name=0, controller=1, calls=13),
    Step(0, 6),
    Step(1, ALL),
    Step(0, ALL),
]
"""A new generation refuses one of two controllers that staged the same version; the other commits it."""
SWITCHED_BEFORE_DROP: Scenario = [
    *INDEXED,
    Reindex("begin", controller=1),
    Step(0, ALL),
    Reindex("fill", controller=1),
    Step(0, ALL),
    Reindex("drop", controller=0),
    Step(0, 2),
    Reindex("switch", controller=2),
    Step(1, ALL),
    Step(0, ALL),
]
"""A generation goes live after the check that it may be dropped."""


CREATED_TWICE: Scenario = [
    *INDEXED,
    Reindex("begin", controller=0),
    Reindex("begin", controller=1),
    Step(0, 2),
    Step(1, ALL),
    Step(0, 1),
    Reindex("drop", controller=2),
    Step(1, ALL),
    Step(0, ALL),
]
"""Two operators create the next generation, and it is dropped before the second looks it up."""


def late_deletion(calls: int) -> Scenario:
    """A controller starts before a deletion is undone, and goes on after another indexed the new object.

    Readers search before it looks at the object once more, which would repair a wrong removal.
    """
    return [
        *INDEXED,
        Change("delete"),
        Notify(name=0, controller=0, calls=calls),
        Change("write", size=1),
        Notify(name=0, controller=1, calls=ALL),
        Step(0, 2),
    ]


def made_public(calls: int) -> Scenario:
    """An object becomes public after that many calls of a controller that saw it restricted."""
    return [
        *INDEXED,
        Change("write", name=1, size=1),
        Change("restrict", name=1),
        Notify(name=1, controller=0, calls=calls),
        Change("restrict", name=1),
        Notify(name=1, controller=1, calls=ALL),
        Step(0, ALL),
    ]


def overlapping_search(calls: int) -> Scenario:
    """A search starts after that many calls of a writer, and ends after the writer."""
    return [
        *INDEXED,
        Change("write", name=1, size=3),
        Notify(name=1, controller=1, calls=calls),
        Refresh(),
        StartSearch(),
        Step(1, 1),
        Step(0, ALL),
    ]


def dropped(calls: int) -> Scenario:
    """A generation is dropped after that many calls of a controller that writes to it."""
    return [
        *INDEXED,
        Reindex("begin", controller=1),
        Step(0, ALL),
        Change("write", size=3),
        Notify(name=0, controller=0, calls=calls),
        Reindex("drop", controller=1),
        Step(1, ALL),
    ]


def replaced(calls: int) -> Scenario:
    """A call fails of a controller that writes to the live and to the replaced generation."""
    return [
        *INDEXED,
        Reindex("begin", controller=1),
        Step(0, ALL),
        Reindex("fill", controller=1),
        Step(0, ALL),
        Reindex("switch", controller=2),
        Step(0, ALL),
        Change("write", size=3),
        Notify(name=0, controller=0, calls=calls),
        Step(0, 1, "fails"),
        Step(0, ALL),
    ]


SCENARIOS: Sequence[Scenario] = [
    DELETED_EARLY,
    NEW_GENERATION,
    ORPHANED,
    OPENED,
    HALF_OPENED,
    CLOSED_LATE,
    STAGED,
    STAGED_TWICE,
    SWITCHED_BEFORE_DROP,
    CREATED_TWICE,
    *(late_deletion(calls) for calls in (1, 2)),
    *(made_public(calls) for calls in (7, 8, 9)),
    *(overlapping_search(calls) for calls in (6, 9, 12)),
    *(dropped(calls) for calls in (6, 9, 12)),
    *(replaced(calls) for calls in (7, 9)),
]
