from typing import Any

import pytest

from footnote.store.elasticsearch.errors import reason

REFUSED = "[prefix] queries cannot be executed when 'search.allow_expensive_queries' is set to false."
MISSING = "Search rejected due to missing shards"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("no such method", "no such method"),
        ({"type": "t", "reason": "no such field"}, "no such field"),
        ({"type": "t", "reason": "", "caused_by": {"type": "s", "reason": MISSING}}, MISSING),
        ({"type": "t", "reason": None}, "t"),
        ({"root_cause": [{"reason": REFUSED}], "type": "t", "reason": "all shards failed"}, REFUSED),
        ({"root_cause": [], "type": "t", "reason": "all shards failed"}, "all shards failed"),
        ({}, "no reason given"),
    ],
)
def test_the_reason_is_that_of_the_error_or_its_root_cause(error: Any, said: str) -> None:
    assert reason(error) == said
