from dataclasses import replace
from datetime import UTC, datetime

import pytest

from footnote.store import Generation
from tests.unit.footnote.manifests import make_manifest

LIVE, NEXT = Generation("live", "a", 2, "halves"), Generation("next", "b", 2, "halves")
BEFORE = Generation("before", "c", 2, "halves", live_until=datetime(2026, 1, 2, tzinfo=UTC))


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
