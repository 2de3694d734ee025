from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from footnote.contracts import MAX_URIS, Filter

URI = "s3://documents/" + "a" * 1_024
"""With a key as long as S3 allows."""


@pytest.mark.parametrize(
    "given",
    [
        {"uri": [URI] * MAX_URIS},
        {"prefix": "a" * 1_024},
        {"content_type": ["text/markdown"] * 100},
    ],
)
def test_a_filter_may_name_many_documents(given: dict[str, Any]) -> None:
    assert Filter(**given).model_dump(exclude_none=True) == given


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"uri": [URI] * (MAX_URIS + 1)}, "uri"),
        ({"uri": [URI * 2]}, r"uri\.0"),
        ({"prefix": "a" * 2_001}, "prefix"),
        ({"content_type": ["text/markdown"] * 101}, "content_type"),
        ({"content_type": ["a" * 2_001]}, r"content_type\.0"),
    ],
)
def test_a_filter_has_a_size_that_can_be_served(given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError, match=rf"(?m)^{wrong}\n.* at most "):
        Filter(**given)
