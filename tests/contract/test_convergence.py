"""Whatever happens, readers see what was in the bucket, and in the end all that is there now."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, example, given, settings

from tests.contract.rigs import Rig, SqliteRig
from tests.histories.moves import ALL, Change, Hear, Move, histories
from tests.histories.theatre import theatre

GONE = [
    Change("write"),
    Hear(name=0, party=1, calls=4),
    Change("delete"),
    Hear(name=0, party=0, calls=ALL),
]
"""Who hears of the deletion finds nothing to remove: what was written before is not indexed yet."""


def test_the_index_follows_the_bucket(rig: Rig) -> None:
    @given(histories)
    @example(GONE)
    @settings(
        max_examples=80 if isinstance(rig, SqliteRig) else 10,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def play(moves: Sequence[Move]) -> None:
        stage.play(moves)

    with theatre(rig) as stage:
        play()
