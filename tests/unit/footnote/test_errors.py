import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote import errors
from footnote.errors import BODY_LIMIT, Conflict, FootnoteError, InvalidRequest, RateLimited, Unavailable


def every_class(root: type[FootnoteError]) -> list[type[FootnoteError]]:
    return [root, *(found for child in root.__subclasses__() for found in every_class(child))]


@given(st.text())
def test_a_body_is_json_of_bounded_size_whatever_the_message(message: str) -> None:
    body = FootnoteError(message).body()
    assert len(body) <= BODY_LIMIT
    assert json.loads(body)["error"]["type"] == "footnote_error"


def test_a_short_message_is_kept_whole() -> None:
    assert json.loads(InvalidRequest("query: missing.").body()) == {
        "error": {"type": "invalid_request", "message": "query: missing."}
    }


@pytest.mark.parametrize("error", every_class(FootnoteError))
def test_a_retryable_error_has_a_status_that_knative_redelivers(
    error: type[FootnoteError],
) -> None:
    redelivered = error.status in (404, 408, 409, 429) or error.status >= 500
    assert redelivered or not error.retryable


@pytest.mark.parametrize("error", [Unavailable, Conflict])
def test_unavailable_has_retry_after(error: type[Unavailable]) -> None:
    assert error("down").retry_after == 1
    assert error("down", retry_after=7).retry_after == 7


def test_the_type_is_the_class_name_in_snake_case() -> None:
    assert RateLimited("slow down").type == "rate_limited"
    assert errors.FingerprintMismatch("other model").type == "fingerprint_mismatch"
