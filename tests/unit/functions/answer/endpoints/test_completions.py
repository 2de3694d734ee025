import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.errors import RateLimited
from footnote.serving import Function
from functions.answer.endpoints.completions import CompletionRequest, in_openai_shape
from tests.logs import Log

ASKED = {"role": "user", "content": "Which port?"}


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [ASKED], "stream": None, "stream_options": None},
        {"messages": [ASKED], "stream": True, "stream_options": {"include_usage": None}},
        {"messages": [{"role": "assistant", "content": None}, ASKED]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "text": None}]}, ASKED]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": None}]}, ASKED]},
    ],
)
def test_what_a_client_leaves_open_may_be_null(body: dict[str, object]) -> None:
    messages = CompletionRequest.model_validate(body).question().messages or []
    assert messages[-1].content == "Which port?"
    assert [message.content for message in messages[:-1]] in ([], [""])


def test_an_error_has_openais_shape_and_its_reason_is_in_the_log(
    log: Log,
) -> None:
    async def refuse(_: Request) -> Response:
        raise RateLimited("Too many.", retry_after=2, headers={"ratelimit": "r=0"})

    routes = [Route("/v1/chat/completions", in_openai_shape(refuse), methods=["POST"])]
    function = Function("answer", routes, ready)
    app = Starlette(routes=[Route("/{path:path}", function.__call__, methods=["POST"])])
    answer = TestClient(app).post("/v1/chat/completions")
    error = {"type": "rate_limited", "message": "Too many.", "param": None, "code": "rate_limited"}
    assert (answer.status_code, answer.json()) == (429, {"error": error})
    assert (answer.headers["retry-after"], answer.headers["ratelimit"]) == ("2", "r=0")
    (line,) = log.lines("request")
    assert (line["error"], line["reason"]) == ("rate_limited", "Too many.")


async def ready() -> None:
    return None
