from dataclasses import replace
from datetime import UTC, datetime

import pytest

from footnote.store import Generation, Recipe
from tests.unit.footnote.manifests import make_manifest

LIVE, NEXT = Generation("live", Recipe("a", 2, "halves")), Generation("next", Recipe("b", 2, "halves"))
BEFORE = Generation("before", Recipe("c", 2, "halves"), live_until=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("held", "kept", "behind"),
    [
        ({"live": 1}, [LIVE], False),
        ({"live": 1}, [LIVE, NEXT], True),
        ({"live": 1, "next": 2}, [LIVE, NEXT], False),
        ({"live": 1}, [LIVE, BEFORE], False),
        ({"before": 1}, [LIVE, BEFORE], True),
        ({"gone": 1}, [LIVE], True),
        ({"gone": 1}, [], True),
        ({}, [], False),
        ({}, [LIVE, NEXT], False),
    ],
)
def test_a_document_is_behind_if_the_live_or_the_next_generation_lacks_it(
    held: dict[str, int], kept: list[Generation], behind: bool
) -> None:
    manifest = replace(make_manifest("s3://docs/a", "a"), chunk_counts=held)
    assert manifest.is_behind(kept) == behind


@pytest.mark.parametrize(("live", "chunks"), [("before", 2), ("after", 5), ("lacks it", 2)])
def test_a_summary_counts_the_chunks_of_the_live_generation(live: str, chunks: int) -> None:
    manifest = make_manifest("s3://docs/a", "a", chunk_counts={"before": 2, "after": 5})
    assert manifest.summary(Generation(live, Recipe("a", 2, "halves"))).chunks == chunks


def test_without_a_generation_a_summary_has_no_chunks() -> None:
    assert make_manifest("s3://docs/a", "a").summary(None).chunks == 0
