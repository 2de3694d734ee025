"""The HTTP client with a real server."""

from collections.abc import Iterator

import pytest

from footnote.cli import client
from footnote.errors import FootnoteError, InvalidRequest, Unauthenticated, Unavailable
from tests.stub import Reply, Request, Stub

STREAMS = {
    "/whole": (
        'event: delta\ndata: {"text": "a\\nb"}\n\n: a comment\n\nevent: done\ndata: {"answer": "ü"}\n\n'
    ),
    "/parts": 'data: {"text":\ndata: "two lines"}\n\n',
    "/failing": (
        'event: delta\ndata: {"text": "a"}\n\nevent: error\ndata: {"error": {"message": "Gone."}}\n\n'
    ),
}


def answer(request: Request) -> Reply:
    if request.path == "/refused":
        return Reply(422, {"error": {"message": "query: too long."}})
    if request.path == "/locked":
        return Reply(401, {"error": {"message": "The key is not valid."}})
    return Reply(body=STREAMS[request.path])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Stub(answer) as stub:
        yield stub.url


def test_events_are_read_as_they_were_sent(url: str) -> None:
    events = list(client.stream(f"{url}/whole", {}))
    assert events == [("delta", {"text": "a\nb"}), ("done", {"answer": "ü"})]


def test_data_of_an_event_may_span_several_lines(url: str) -> None:
    assert list(client.stream(f"{url}/parts", {})) == [("message", {"text": "two lines"})]


def test_an_error_event_is_raised(url: str) -> None:
    events = client.stream(f"{url}/failing", {})
    assert next(events) == ("delta", {"text": "a"})
    with pytest.raises(FootnoteError, match=r"Gone\."):
        next(events)


def test_the_error_message_of_a_function_is_passed_on(url: str) -> None:
    with pytest.raises(InvalidRequest, match=r"answered 422: query: too long\."):
        client.post(f"{url}/refused", {})


def test_a_refused_connection_says_what_to_do() -> None:
    with pytest.raises(Unavailable, match=r"Nothing answers at http://127.0.0.1:9: start Footnote"):
        client.get("http://127.0.0.1:9/documents")


def test_a_url_without_a_scheme_is_refused_with_a_suggestion() -> None:
    for path in ("", "/chat"):
        with pytest.raises(InvalidRequest) as refused:
            client.post(f"127.0.0.1:9{path}", {})
        assert refused.value.message == (
            "127.0.0.1:9 is not a URL: start it with http:// or https://, as in http://127.0.0.1:9."
        )


def test_a_missing_key_is_reported_with_how_to_give_it(url: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        client.post(f"{url}/locked", {})
    assert refused.value.message == (
        f"{url}/locked requires an API key: pass it with `--key` or FOOTNOTE_KEY."
    )


def test_a_refused_key_passes_the_error_message_on(url: str) -> None:
    with pytest.raises(InvalidRequest, match=r"answered 401: The key is not valid\."):
        client.post(f"{url}/locked", {}, "a-key")
