"""Random histories of bucket, writers and failures: the index converges to the bucket."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, example, given, settings

from tests.contract.rigs import Rig, SqliteRig
from tests.histories.moves import Move, histories
from tests.histories.stories import STORIES
from tests.histories.theatre import theatre


def test_the_index_follows_the_bucket(rig: Rig) -> None:
    @given(histories)
    @settings(
        max_examples=80 if isinstance(rig, SqliteRig) else 10,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def play(moves: Sequence[Move]) -> None:
        stage.play(moves)

    for story in STORIES:
        play = example(story)(play)
    with theatre(rig) as stage:
        play()
