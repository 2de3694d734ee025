"""Histories made for one fault each, which chance hardly makes up."""

from __future__ import annotations

from collections.abc import Sequence

from tests.histories.moves import ALL, Change, Hear, Look, Move, Refresh, Replace, Step

Story = Sequence[Move]

INDEXED: Story = [Change("write", size=1), Hear(name=0, party=1, calls=ALL)]

GONE: Story = [
    Change("write"),
    Hear(name=0, party=1, calls=4),
    Change("delete"),
    Hear(name=0, party=0, calls=ALL),
]
"""Who hears of the deletion finds nothing to remove: what was written before is not indexed yet."""
BACK: Story = [
    *INDEXED,
    Change("delete"),
    Hear(name=0, party=0, calls=2),
    Change("write", size=1),
    Hear(name=0, party=1, calls=ALL),
]
"""Who saw that the object was gone removes it only now, when another indexed what was written since."""
BEGUN: Story = [
    *INDEXED,
    Change("write", size=1),
    Hear(name=0, party=0, calls=8),
    Replace("begin", party=1),
    Step(1, ALL),
]
"""Another index begins when a new version is staged: it cannot be committed, and is staged once more."""
STRANDED: Story = [
    *INDEXED,
    Change("write", name=1, size=3),
    Hear(name=1, party=0, calls=8),
    Replace("begin", party=1),
    Step(1, ALL),
    Change("delete", name=1),
    Step(0, ALL),
]
"""Another index begins when a first version is staged: it cannot be committed, and its object goes."""
SWITCHED: Story = [
    *INDEXED,
    Replace("begin", party=1),
    Step(0, ALL),
    Replace("fill", party=1),
    Step(0, ALL),
    Replace("drop", party=0),
    Step(0, 2),
    Replace("switch", party=2),
    Step(1, ALL),
    Step(0, ALL),
]
"""An index goes live just when it is to be dropped, and was not live yet."""


TWICE: Story = [
    *INDEXED,
    Replace("begin", party=0),
    Replace("begin", party=1),
    Step(0, 2),
    Step(1, ALL),
    Step(0, 1),
    Replace("drop", party=2),
    Step(1, ALL),
    Step(0, ALL),
]
"""An index begins where another just did, which is dropped before it can be told."""


def opened(calls: int) -> Story:
    """An object opens when so many calls were made of one who saw it closed, and indexes it only now."""
    return [
        *INDEXED,
        Change("write", name=1, size=1),
        Change("close", name=1),
        Hear(name=1, party=0, calls=calls),
        Change("close", name=1),
        Hear(name=1, party=1, calls=ALL),
        Step(0, ALL),
    ]


def partly(calls: int) -> Story:
    """A search begins when so many calls of the writer were made, and ends when it is done."""
    return [
        *INDEXED,
        Change("write", name=1, size=3),
        Hear(name=1, party=1, calls=calls),
        Refresh(),
        Look(),
        Step(1, 1),
        Step(0, ALL),
    ]


def dropped(calls: int) -> Story:
    """An index is dropped when so many calls were made of one who writes to it."""
    return [
        *INDEXED,
        Replace("begin", party=1),
        Step(0, ALL),
        Change("write", size=3),
        Hear(name=0, party=0, calls=calls),
        Replace("drop", party=1),
        Step(1, ALL),
    ]


def retired(calls: int) -> Story:
    """A call fails of one who writes to an index and to the one that it took the place of."""
    return [
        *INDEXED,
        Replace("begin", party=1),
        Step(0, ALL),
        Replace("fill", party=1),
        Step(0, ALL),
        Replace("switch", party=2),
        Step(0, ALL),
        Change("write", size=3),
        Hear(name=0, party=0, calls=calls),
        Step(0, 1, "fails"),
        Step(0, ALL),
    ]


STORIES: Sequence[Story] = [
    GONE,
    BACK,
    BEGUN,
    STRANDED,
    SWITCHED,
    TWICE,
    *(opened(calls) for calls in (7, 8, 9)),
    *(partly(calls) for calls in (6, 9, 12)),
    *(dropped(calls) for calls in (6, 9, 12)),
    *(retired(calls) for calls in (7, 9)),
]
