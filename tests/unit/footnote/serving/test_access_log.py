import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote import serving
from footnote.serving import Function
from tests.logs import Log
from tests.unit.footnote.serving.greeting import browser, client, ready


@pytest.mark.parametrize(
    ("method", "path", "status", "level", "error", "reason"),
    [
        ("GET", "/busy", 503, "warning", "unavailable", "The store is away."),
        ("POST", "/", 422, "info", "invalid_request", "name: Field required."),
        ("POST", "/crash", 500, "warning", "footnote_error", "Unexpected error; the log has the cause."),
        ("GET", "/nothing", 404, "info", "not_found", "greeter has no route /nothing."),
    ],
)
def test_the_line_of_a_failed_request_has_the_reason(
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
    assert (line["function"], line["method"]) == ("greeter", method)
    assert line["route"] == ("unmatched" if status == 404 else path)
    assert (line["error"], line["reason"]) == (error, reason)


def test_the_line_of_a_successful_request_has_no_reason(
    log: Log,
) -> None:
    client().post("/", json={"name": "you"})
    (line,) = log.lines("request")
    assert line["level"] == "info"
    assert not {"error", "reason"} & line.keys()


def test_the_line_has_the_fields_that_were_added(log: Log) -> None:
    async def work(request: Request) -> Response:
        names = (await request.body()).decode().split()
        await asyncio.gather(*(note(name) for name in names))
        return Response()

    async def note(name: str) -> None:
        serving.add_log_fields(name=name, length=len(name))

    asked = browser(Function("worker", [Route("/", work, methods=["POST"])], ready))
    for body in ("one", "two three", ""):
        asked.post("/", content=body)
    one, several, none = log.lines("request")
    assert (one["name"], one["length"]) == ("one", 3)
    assert (several["name"], several["length"]) == (["two", "three"], [3, 5])
    assert "name" not in none
