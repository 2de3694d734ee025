import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.errors import Forbidden
from footnote.serving import Function, origin

CROSS = {"sec-fetch-site": "cross-site"}
LINK = {**CROSS, "sec-fetch-mode": "navigate"}


async def answer(_: Request) -> Response:
    return Response()


async def ready() -> None:
    return None


async def status(
    method: str = "GET",
    path: str = "/documents",
    server: str = "127.0.0.1",
    host: str = "127.0.0.1:8082",
    headers: dict[str, str] | None = None,
    authenticates: bool = False,
) -> int:
    """The response status of a function at the given address."""
    given = {"host": host, **(headers or {})}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "server": (server, 8082),
    }
    routes = [Route("/documents", answer, methods=["GET", "PUT"])]
    function = Function("any", routes, ready, authenticates=authenticates)
    return (await function(Request(scope))).status_code


@pytest.mark.parametrize(
    ("server", "host", "expected"),
    [
        ("127.0.0.1", "127.0.0.1:8082", 200),
        ("127.0.0.1", "LOCALHOST:8082", 200),
        ("127.0.0.1", "host.docker.internal:8082", 200),
        ("127.0.0.1", "host.containers.internal", 200),
        ("::1", "[::1]:8082", 200),
        ("127.0.0.1", "evil.example:8082", 403),
        ("127.0.0.1", "127.0.0.1.evil.example", 403),
        ("127.0.0.1", "localhost.evil.example", 403),
        ("127.0.0.1", "host.docker.internal.evil.example", 403),
        ("127.0.0.1", "[", 403),
        ("127.0.0.1", "", 403),
        ("::1", "evil.example", 403),
        ("192.0.2.1", "footnote.example", 200),
    ],
)
async def test_dns_rebinding_is_refused(server: str, host: str, expected: int) -> None:
    assert await status(server=server, host=host) == expected


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([], "The request has no Host: use 127.0.0.1"),
        ([(b"host", b"")], "The request has no Host: use 127.0.0.1"),
        ([(b"host", b":8082")], "The request has no Host: use 127.0.0.1"),
        ([(b"host", b"evil.example")], "evil.example is not this machine: use 127.0.0.1"),
    ],
)
def test_a_refusal_has_a_reason(headers: list[tuple[bytes, bytes]], told: str) -> None:
    scope = {"type": "http", "method": "GET", "headers": headers, "server": ("127.0.0.1", 8082)}
    with pytest.raises(Forbidden, match=f"^{told}"):
        origin.check(Request(scope))


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", CROSS, 403),
        ("PUT", CROSS, 403),
        ("PUT", {"sec-fetch-site": "same-site"}, 403),
        ("PUT", LINK, 403),
        ("GET", LINK, 200),
        ("PUT", {"sec-fetch-site": "same-origin"}, 200),
        ("PUT", {"sec-fetch-site": "none"}, 200),
        ("PUT", {}, 200),
    ],
)
async def test_another_site_may_only_link_to_this_machine(
    method: str, headers: dict[str, str], expected: int
) -> None:
    assert await status(method, headers=headers) == expected


@pytest.mark.parametrize("path", ["/health", "/health/liveness", "/health/readiness", "/metrics"])
async def test_health_and_metrics_accept_any_host(path: str) -> None:
    assert await status(path=path, host="evil.example", headers=CROSS) == 200


async def test_behind_knatives_proxy_any_host_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K_SERVICE", "footnote-retrieve")
    assert await status(host="footnote-retrieve.footnote.svc.cluster.local", headers=CROSS) == 200


async def test_a_function_that_authenticates_accepts_any_host() -> None:
    assert await status(host="footnote.example", headers=CROSS, authenticates=True) == 200
