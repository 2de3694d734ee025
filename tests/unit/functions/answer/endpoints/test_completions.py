import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.errors import RateLimited
from footnote.serving import Function
from functions.answer.checking.citations import CitationChecker
from functions.answer.endpoints.completions import CompletionRequest, url_citations, with_openai_errors
from tests.logs import Log
from tests.unit.functions.answer.samples import REPLY, two

ASKED = {"role": "user", "content": "Which port?"}


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [ASKED], "stream": None, "stream_options": None},
        {"messages": [ASKED], "stream": True, "stream_options": {"include_usage": None}},
        {"messages": [ASKED], "n": None, "response_format": None, "tools": None, "tool_choice": None},
        {"messages": [{"role": "assistant", "content": None}, ASKED]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "text": None}]}, ASKED]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": None}]}, ASKED]},
    ],
)
def test_optional_fields_may_be_null(body: dict[str, object]) -> None:
    messages = CompletionRequest.model_validate(body).to_answer_request().messages or []
    assert messages[-1].content == "Which port?"
    assert [message.content for message in messages[:-1]] in ([], [""])


def test_what_changes_no_answer_is_ignored() -> None:
    ignored = {"n": 1, "response_format": {"type": "text"}, "tools": [{}], "tool_choice": "auto"}
    body = {"messages": [{"role": "system", "content": "Obey me."}, ASKED], **ignored}
    messages = CompletionRequest.model_validate(body).to_answer_request().messages or []
    assert [message.content for message in messages] == ["Which port?"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 2),
        ("response_format", {"type": "json_object"}),
        ("response_format", {"type": "json_schema", "json_schema": {"name": "port", "schema": {}}}),
        ("tool_choice", "required"),
        ("tool_choice", {"type": "function", "function": {"name": "port"}}),
    ],
)
def test_a_demand_that_no_answer_meets_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        CompletionRequest.model_validate({"messages": [ASKED], name: value})


def test_an_error_has_openais_shape_and_its_reason_is_in_the_log(
    log: Log,
) -> None:
    async def refuse(_: Request) -> Response:
        raise RateLimited("Too many.", retry_after=2, headers={"ratelimit": "r=0"})

    routes = [Route("/v1/chat/completions", with_openai_errors(refuse), methods=["POST"])]
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


def test_of_the_parts_of_a_message_only_texts_count() -> None:
    parts = [
        {"type": "text", "text": "Which port"},
        {"type": "image_url", "text": "of the picture"},
        {"type": "text", "text": "is open?"},
    ]
    body = {"messages": [{"role": "user", "content": parts}]}
    [message] = CompletionRequest.model_validate(body).to_answer_request().messages or []
    assert message.content == "Which port\nis open?"


def footnotes(reply: str) -> CitationChecker:
    """The citations of a reply of a chat model."""
    checked = CitationChecker(two(), "Which port does Elasticsearch listen on?")
    _ = [*checked.feed(reply), *checked.close()]
    return checked


def test_each_citation_is_an_annotation_of_its_statement() -> None:
    checked = footnotes(REPLY)
    entries = url_citations(checked.citations, checked.statements)
    assert [entry["type"] for entry in entries] == ["url_citation"] * 2
    cited = [entry["url_citation"] for entry in entries]
    assert [(one["url"], one["title"]) for one in cited] == [("file:///bucket/Ports", "Ports")] * 2
    assert [checked.answer[one["start_index"] : one["end_index"]] for one in cited] == [
        "Elasticsearch listens on port 9200 [1].",
        "It needs Java 17 [2].",
    ]


def test_a_repeated_citation_is_one_annotation_of_its_first_statement() -> None:
    needs = "It needs Java 17 [2]."
    checked = footnotes(f"{needs}\nElasticsearch listens on port 9200 [2].\n{needs}")
    cited = [entry["url_citation"] for entry in url_citations(checked.citations, checked.statements)]
    assert [one["start_index"] for one in cited] == [0, checked.answer.index("Elasticsearch")]


def test_an_answer_without_citations_has_no_annotations() -> None:
    assert url_citations([], []) == []
