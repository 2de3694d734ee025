"""Whatever happens, readers see what was in the bucket, and in the end all that is there now."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, example, given, settings

from tests.contract.rigs import Rig, SqliteRig
from tests.histories.moves import ALL, Change, Hear, Look, Move, histories
from tests.histories.theatre import theatre

GONE = [
    Change("write"),
    Hear(name=0, party=1, calls=4),
    Change("delete"),
    Hear(name=0, party=0, calls=ALL),
]
"""Who hears of the deletion finds nothing to remove: what was written before is not indexed yet."""


def test_the_index_follows_the_bucket(rig: Rig) -> None:
    # A search that overlaps a commit may find a part of a version on Elasticsearch: see bench/README.md.
    sqlite = isinstance(rig, SqliteRig)

    @given(histories)
    @example(GONE)
    @settings(
        max_examples=150 if sqlite else 10,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def play(moves: Sequence[Move]) -> None:
        stage.play([move for move in moves if sqlite or not isinstance(move, Look)])

    with theatre(rig) as stage:
        play()
