import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.ingest.workers.pool import WorkerPool
from tests.boundary import Boundary
from tests.mutations import SEEDS, damaged


@pytest.fixture(scope="module")
def boundary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boundary]:
    parser = WorkerPool(seconds=10, memory=700_000_000, limit=1_000_000)
    with asyncio.Runner() as runner:
        yield Boundary(parser, runner, tmp_path_factory.mktemp("boundary"))
        runner.run(parser.stop())


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(list(SEEDS)))
def test_a_damaged_file_gives_text_or_a_reason(
    boundary: Boundary, data: st.DataObject, name: str
) -> None:
    """A short slice of `make bench-fuzz`."""
    boundary.examine(name, data.draw(damaged(name)))


@pytest.mark.parametrize("name", SEEDS)
def test_an_undamaged_file_is_read(boundary: Boundary, name: str) -> None:
    assert boundary.examine(name, SEEDS[name]) == "read"


def test_control_characters_do_not_cross_the_boundary(boundary: Boundary) -> None:
    for name in SEEDS:
        if not name.endswith(("json", "jsonl")):
            boundary.examine(name, b"a\x01,\x02b\nc\x7f,d\x1b\n")
