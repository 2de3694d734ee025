"""Random histories of bucket, writers and failures: the index converges to the bucket."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, example, given, settings

from tests.contract.rigs import Rig, SqliteRig
from tests.simulation.actions import Action, histories
from tests.simulation.runner import running
from tests.simulation.scenarios import SCENARIOS


def test_the_index_converges_to_the_bucket(rig: Rig) -> None:
    @given(histories)
    @settings(
        max_examples=80 if isinstance(rig, SqliteRig) else 10,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def run(history: Sequence[Action]) -> None:
        runner.run(history)

    for scenario in SCENARIOS:
        run = example(scenario)(run)
    with running(rig) as runner:
        run()
