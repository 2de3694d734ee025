from dataclasses import replace

import pytest

from footnote.documents import summary
from footnote.store import Generation
from tests.contract.samples import unknown

MANIFEST = replace(unknown("a.txt"), state="indexed", chunk_counts={"before": 2, "after": 5})


@pytest.mark.parametrize(("live", "chunks"), [("before", 2), ("after", 5), ("lacks it", 2)])
def test_the_passages_counted_are_those_that_searches_use(live: str, chunks: int) -> None:
    assert summary(MANIFEST, Generation(live, "a-model/8", 8, "halves")).chunks == chunks


def test_without_an_index_there_are_none() -> None:
    assert summary(unknown("a.txt"), None).chunks == 0
