from typing import Any

import pytest

from footnote.errors import Unavailable
from footnote.store.elasticsearch.client.errors import error_for, reason

REFUSED = "[prefix] queries cannot be executed when 'search.allow_expensive_queries' is set to false."
CLOSED = {"type": "index_closed_exception", "reason": "closed", "index": "a"}
UNASSIGNED = {"type": "no_shard_available_action_exception", "reason": "[vm][127.0.0.1:1][search]"}
EXPLAIN = "no shard is available; GET /_cluster/allocation/explain says why"
BLOCKED = {
    "type": "cluster_block_exception",
    "reason": "index [a] blocked by: [FORBIDDEN/8/index write (api)];",
}
UNBLOCK = "index [a] blocked by: [FORBIDDEN/8/index write (api)]; remove this block from its settings"
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
        ({"root_cause": [UNASSIGNED], "type": "t", "reason": "all shards failed"}, EXPLAIN),
        (BLOCKED, UNBLOCK),
        ({"root_cause": [CLOSED], **CLOSED}, "the index a is closed; open it"),
    ],
)
def test_the_reason_is_that_of_the_error_or_its_root_cause(error: Any, said: str) -> None:
    assert reason(error) == said


def test_a_refused_key_names_the_file_to_replace() -> None:
    error = error_for(401, {"reason": "unable to authenticate"})
    assert isinstance(error, Unavailable)
    assert "unable to authenticate; replace the secret file elasticsearch-api-key" in str(error)


def test_a_request_for_a_closed_index_may_succeed_later() -> None:
    assert isinstance(error_for(400, CLOSED), Unavailable)
