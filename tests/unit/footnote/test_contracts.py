from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from footnote.contracts import MAX_URIS, AnswerRequest, Filter, RequestModel, RetrieveRequest

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


@pytest.mark.parametrize(
    ("model", "last", "beyond"),
    [
        (AnswerRequest, {"query": "?"}, {"query": ""}),
        (AnswerRequest, {"query": "x" * 8_000}, {"query": "x" * 8_001}),
        (AnswerRequest, {"messages": [{"role": "user", "content": "?"}]}, {"messages": []}),
        (AnswerRequest, {"query": "?", "top_k": 1}, {"query": "?", "top_k": 0}),
        (AnswerRequest, {"query": "?", "top_k": 20}, {"query": "?", "top_k": 21}),
        (RetrieveRequest, {"query": "?"}, {"query": " "}),
        (RetrieveRequest, {"query": "x" * 8_000}, {"query": "x" * 8_001}),
        (RetrieveRequest, {"query": "?", "top_k": 1}, {"query": "?", "top_k": 0}),
        (RetrieveRequest, {"query": "?", "top_k": 100}, {"query": "?", "top_k": 101}),
    ],
)
def test_a_question_outside_its_limits_is_refused(
    model: type[RequestModel], last: dict[str, Any], beyond: dict[str, Any]
) -> None:
    assert model.model_validate(last).model_dump(exclude_unset=True) == last
    with pytest.raises(ValidationError):
        model.model_validate(beyond)


@pytest.mark.parametrize("name", ["modified_after", "modified_before"])
def test_the_times_of_a_filter_are_in_utc(name: str) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    for text in ("2026-03-14T12:00:00", "2026-03-14T12:00:00Z", "2026-03-14T05:00:00-07:00"):
        assert Filter.model_validate({name: text}).model_dump(exclude_none=True) == {name: noon}


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_time_that_utc_cannot_express_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="the time in UTC is outside the years 1 to 9999"):
        Filter.model_validate({"modified_after": text})
