import asyncio

import pytest
from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from footnote import deadline, serving, telemetry
from footnote.concurrency.detached import Work
from footnote.errors import Unavailable
from footnote.serving import Function
from tests.logs import Log

TURNS = 20
"""Of the loop, in which it is noticed that a client left."""


class Greeting(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    times: int = 1


async def greet(request: Request) -> Response:
    greeting = await serving.parse(request, Greeting)
    return JSONResponse({"text": f"hello {greeting.name}", "trace": telemetry.trace_id()})


async def crash(_: Request) -> Response:
    raise ValueError("secret detail")


async def busy(_: Request) -> Response:
    raise Unavailable("The store is away.", retry_after=2.5)


async def ready() -> None:
    return None


async def forever(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def hurry(request: Request) -> Response:
    return JSONResponse([part.decode() async for part in serving.parts(request, 10, patience=0)])


def greeter(ready: Work = ready) -> Function:
    routes = [
        Route("/", greet, methods=["POST"]),
        Route("/crash", crash, methods=["POST"]),
        Route("/busy", busy, methods=["GET"]),
        Route("/both", greet, methods=["PUT"]),
        Route("/both", greet, methods=["POST"]),
        Route("/forever", forever, methods=["POST"]),
        Route("/hurry", hurry, methods=["POST"]),
    ]
    return Function("greeter", routes, ready)


def browser(function: Function) -> TestClient:
    methods = ["GET", "POST", "PUT"]
    return TestClient(Starlette(routes=[Route("/{path:path}", function.__call__, methods=methods)]))


def client(ready: Work = ready) -> TestClient:
    return browser(greeter(ready))


def test_a_route_answers() -> None:
    assert client().post("/", json={"name": "you"}).json()["text"] == "hello you"


def test_every_wrong_field_is_named() -> None:
    response = client().post("/", json={"times": "x", "nmae": "you"})
    message = response.json()["error"]["message"]
    assert response.status_code == 422
    assert all(field in message for field in ("name", "times", "nmae"))


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"\xff", b"null"])
def test_a_body_that_is_no_such_object_is_refused(body: bytes) -> None:
    assert client().post("/", content=body).status_code == 422


def test_a_byte_order_mark_before_the_body_does_no_harm() -> None:
    body = '{"name": "Zoë"}'.encode("utf-8-sig")
    assert client().post("/", content=body).json()["text"] == "hello Zoë"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_body_in_another_encoding_is_told_the_right_one(encoding: str) -> None:
    response = client().post("/", content='{"name": "Zoë"}'.encode(encoding))
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "The body must be JSON in UTF-8."


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "identity, br"])
def test_a_compressed_body_is_told_to_come_as_it_is(coding: str) -> None:
    response = client().post("/", json={"name": "you"}, headers={"content-encoding": coding})
    assert response.status_code == 422
    told = f"The body has Content-Encoding {coding}, which is not read here: send it as it is."
    assert response.json()["error"]["message"] == told


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_a_body_that_says_it_comes_as_it_is_is_read(coding: str) -> None:
    response = client().post("/", json={"name": "you"}, headers={"content-encoding": coding})
    assert response.status_code == 200


def test_a_body_over_the_limit_is_refused() -> None:
    assert client().post("/", content=b"x" * (serving.settings().body_limit + 1)).status_code == 413


def test_what_the_function_does_not_have_is_said() -> None:
    assert client().get("/nothing").json()["error"] == {
        "type": "not_found",
        "message": "greeter has no route /nothing.",
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/", "POST"), ("PUT", "/health", "GET, HEAD"), ("GET", "/both", "POST, PUT")],
)
def test_a_method_that_is_not_allowed_is_told_from_those_that_are(
    method: str, path: str, allowed: str
) -> None:
    response = client().request(method, path)
    assert (response.status_code, response.headers.get("allow")) == (405, allowed)


def test_an_unexpected_error_keeps_its_detail_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    response = client().post("/crash")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "secret detail" in capsys.readouterr().err


def test_a_passing_failure_says_when_to_come_back() -> None:
    response = client().get("/busy")
    assert (response.status_code, response.headers["retry-after"]) == (503, "3")


async def unready() -> None:
    raise Unavailable("The store is away.")


@pytest.mark.parametrize("path", ["/health", "/health/readiness"])
def test_readiness_follows_the_check_and_liveness_does_not(path: str) -> None:
    assert client().get(path).status_code == 200
    assert client(unready).get(path).status_code == 503
    assert client(unready).get("/health/liveness").status_code == 200


def test_requests_are_counted_by_route_and_status() -> None:
    browser = client()
    browser.post("/", json={"name": "you"})
    metrics = browser.get("/metrics").text
    assert 'footnote_requests_total{function="greeter",route="/",status="200"}' in metrics


def test_the_callers_trace_goes_on() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    assert client().post("/", json={"name": "you"}, headers=headers).json()["trace"] == trace


def test_past_its_limit_a_function_refuses_at_once_but_tells_its_health() -> None:
    function = greeter()
    function.limit = 0
    refused = browser(function).post("/", json={"name": "you"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert browser(function).get("/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/crash", "/busy", "/nothing"])
def test_however_a_request_ends_its_place_is_given_back(path: str) -> None:
    function = greeter()
    browser(function).post(path, json={"name": "you"})
    assert function.busy == 0


@pytest.mark.parametrize("finishes", [False, True])
async def test_only_what_finishes_goes_on_when_the_client_leaves(finishes: bool) -> None:
    done: list[str] = []

    async def work(request: Request) -> Response:
        await request.body()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        done.append("all")
        return Response()

    messages = iter([{"type": "http.request"}, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(messages)

    function = Function("worker", [Route("/", work, methods=["POST"])], ready, finishes=finishes)
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    response = await function(Request(scope, receive))
    assert (response.status_code, done) == ((200, ["all"]) if finishes else (499, []))


def test_a_caller_that_gives_little_time_gets_an_answer_in_time() -> None:
    response = client().post("/forever", headers={deadline.HEADER: "0.01"})
    assert response.status_code == 503
    assert response.json()["error"]["type"] == "deadline_passed"


@pytest.mark.parametrize("came", [[], [b"hel"]])
@pytest.mark.parametrize("finishes", [False, True])
async def test_a_body_that_stops_coming_gives_its_place_back(came: list[bytes], finishes: bool) -> None:
    messages = iter([{"type": "http.request", "body": part, "more_body": True} for part in came])
    sent: list[Message] = []

    async def receive() -> Message:
        if (message := next(messages, None)) is None:
            await asyncio.Event().wait()
        assert message
        return message

    async def send(message: Message) -> None:
        sent.append(message)

    function = greeter()
    function.finishes = finishes
    scope = {"type": "http", "method": "POST", "path": "/hurry", "headers": []}
    await (await function(Request(scope, receive)))(scope, receive, send)
    assert (sent[0]["status"], function.busy) == (408, 0)
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b"Nothing of the body came" in sent[1]["body"]


@pytest.mark.parametrize(
    ("method", "path", "status", "level", "error", "reason"),
    [
        ("GET", "/busy", 503, "warning", "unavailable", "The store is away."),
        ("POST", "/", 422, "info", "invalid_request", "name: Field required."),
        ("POST", "/crash", 500, "warning", "footnote_error", "Unexpected error; the log has the cause."),
        ("GET", "/nothing", 404, "info", "not_found", "greeter has no route /nothing."),
    ],
)
def test_the_line_of_a_request_that_failed_says_why(
    log: Log,
    method: str,
    path: str,
    status: int,
    level: str,
    error: str,
    reason: str,
) -> None:
    client().request(method, path, json={})
    (line,) = log.lines("request")
    assert (line["status"], line["level"]) == (status, level)
    assert (line["error"], line["reason"]) == (error, reason)


def test_the_line_of_a_request_that_succeeded_gives_no_reason(
    log: Log,
) -> None:
    client().post("/", json={"name": "you"})
    (line,) = log.lines("request")
    assert line["level"] == "info"
    assert not {"error", "reason"} & line.keys()


def test_the_line_of_a_request_tells_what_was_noted_of_it(log: Log) -> None:
    async def work(request: Request) -> Response:
        names = (await request.body()).decode().split()
        await asyncio.gather(*(note(name) for name in names))
        return Response()

    async def note(name: str) -> None:
        serving.note(name=name, length=len(name))

    asked = browser(Function("worker", [Route("/", work, methods=["POST"])], ready))
    for body in ("one", "two three", ""):
        asked.post("/", content=body)
    one, several, none = log.lines("request")
    assert (one["name"], one["length"]) == ("one", 3)
    assert (several["name"], several["length"]) == (["two", "three"], [3, 5])
    assert "name" not in none


def test_why_a_function_is_not_ready_is_logged_once_and_that_it_is_again(
    log: Log,
) -> None:
    reasons = iter(["The store is away.", "The store is away.", "The store is locked.", "", ""])

    async def check() -> None:
        if reason := next(reasons):
            raise Unavailable(reason)

    asked = client(check)
    told = [asked.get("/health/readiness").status_code for _ in range(5)]
    assert told == [503, 503, 503, 200, 200]
    assert [(line["message"], line.get("reason")) for line in log.lines()] == [
        ("greeter is not ready", "The store is away."),
        ("greeter is not ready", "The store is locked."),
        ("greeter is ready again", None),
    ]


async def test_why_a_function_is_not_ready_is_logged_though_no_probe_waits_for_it(
    log: Log,
) -> None:
    answers = asyncio.Event()

    async def check() -> None:
        await answers.wait()
        raise Unavailable("The store is away.")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    function = greeter(check)
    scope = {"type": "http", "method": "GET", "path": "/health/readiness", "headers": []}
    probe = asyncio.create_task(function(Request(scope, receive)))
    for _ in range(TURNS):
        await asyncio.sleep(0)
    probe.cancel()
    answers.set()
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert log.lines("greeter is not ready")
