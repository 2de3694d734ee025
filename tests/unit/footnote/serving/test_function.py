import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from footnote import deadline
from footnote.errors import Unavailable
from footnote.serving import Function
from tests.logs import Log
from tests.unit.footnote.serving.greeting import browser, client, greeter, ready

TURNS = 20
"""Iterations of the event loop within which a disconnect is noticed."""


def test_a_request_is_dispatched_to_its_route() -> None:
    assert client().post("/", json={"name": "you"}).json()["text"] == "hello you"


def test_an_unknown_path_is_not_found() -> None:
    assert client().get("/nothing").json()["error"] == {
        "type": "not_found",
        "message": "greeter has no route /nothing.",
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/", "POST"), ("PUT", "/health", "GET, HEAD"), ("GET", "/both", "POST, PUT")],
)
def test_a_wrong_method_is_refused_with_the_allowed_ones(method: str, path: str, allowed: str) -> None:
    response = client().request(method, path)
    assert (response.status_code, response.headers.get("allow")) == (405, allowed)


def test_an_unexpected_error_keeps_its_detail_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    response = client().post("/crash")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "secret detail" in capsys.readouterr().err


def test_a_temporary_failure_has_retry_after() -> None:
    response = client().get("/busy")
    assert (response.status_code, response.headers["retry-after"]) == (503, "3")
    assert response.headers["content-type"] == "application/json"


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
    metrics = browser.get("/metrics")
    assert 'footnote_requests_total{function="greeter",route="/",status="200"}' in metrics.text
    # Prometheus 3 refuses a scrape without it.
    assert metrics.headers["content-type"].startswith("text/plain; version=")


def test_metrics_are_not_for_those_who_come_through_a_gateway() -> None:
    forwarded = {"x-forwarded-for": "192.0.2.10, 10.89.10.10"}
    response = client().get("/metrics", headers=forwarded)
    assert (response.status_code, "footnote_" in response.text) == (403, False)
    assert client().get("/health", headers=forwarded).status_code == 200


def test_the_callers_trace_is_continued() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    assert client().post("/", json={"name": "you"}, headers=headers).json()["trace"] == trace


def test_an_overloaded_function_refuses_requests_but_answers_health_probes() -> None:
    function = greeter()
    function.max_in_flight = 0
    refused = browser(function).post("/", json={"name": "you"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert browser(function).get("/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/crash", "/busy", "/nothing"])
def test_every_request_frees_its_slot(path: str) -> None:
    function = greeter()
    browser(function).post(path, json={"name": "you"})
    assert function.in_flight == 0


@pytest.mark.parametrize("completes", [False, True])
async def test_work_is_cancelled_on_disconnect_unless_it_runs_to_completion(completes: bool) -> None:
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

    function = Function(
        "worker", [Route("/", work, methods=["POST"])], ready, run_to_completion=completes
    )
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    response = await function(Request(scope, receive))
    assert (response.status_code, done) == ((200, ["all"]) if completes else (499, []))


def test_the_callers_deadline_is_enforced() -> None:
    response = client().post("/forever", headers={deadline.HEADER: "0.01"})
    assert response.status_code == 503
    assert response.json()["error"]["type"] == "deadline_passed"


def test_an_outage_and_the_recovery_are_logged_once(
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


async def test_a_failed_check_is_logged_though_its_probe_is_gone(
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
