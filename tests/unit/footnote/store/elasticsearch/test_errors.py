from typing import Any

import pytest

from footnote.store.elasticsearch.errors import reason

MISSING = "Search rejected due to missing shards"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("no such method", "no such method"),
        ({"type": "t", "reason": "no such field"}, "no such field"),
        ({"type": "t", "reason": "", "caused_by": {"type": "s", "reason": MISSING}}, MISSING),
        ({"type": "t", "reason": None}, "t"),
        ({}, "no reason given"),
    ],
)
def test_the_reason_is_that_of_the_error_or_its_cause(error: Any, said: str) -> None:
    assert reason(error) == said
