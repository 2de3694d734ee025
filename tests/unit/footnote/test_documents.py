from dataclasses import replace

import pytest

from footnote.documents import summary
from footnote.store import Generation
from tests.contract.samples import unknown

MANIFEST = replace(unknown("a.txt"), state="indexed", chunk_counts={"before": 2, "after": 5})


@pytest.mark.parametrize(("live", "chunks"), [("before", 2), ("after", 5), ("lacks it", 2)])
def test_the_chunks_of_the_live_generation_are_counted(live: str, chunks: int) -> None:
    assert summary(MANIFEST, Generation(live, "a-model/8", 8, "halves")).chunks == chunks


def test_without_a_generation_there_are_no_chunks() -> None:
    assert summary(unknown("a.txt"), None).chunks == 0
