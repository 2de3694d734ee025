from __future__ import annotations

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.serving import Function
from footnote.settings import Settings
from functions.answer.auth.authenticator import Authenticator
from functions.answer.endpoints.ratings import Ratings
from functions.answer.limits import Quotas
from functions.answer.limits.admission import AdmissionControl
from functions.answer.limits.memory import MemoryLimiter

ANSWER = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa"


@pytest.fixture
def client() -> TestClient:
    settings = Settings(rate_limit=1)
    admission_control = AdmissionControl(settings, MemoryLimiter(Quotas.from_settings(settings)))
    put = Authenticator(settings).require(Ratings(admission_control, None))
    route = Route("/answers/{id}/rating", put, methods=["PUT"])
    function = Function("answer", [route], admission_control.connect)
    return TestClient(Starlette(routes=[Route("/{path:path}", function.__call__, methods=["PUT"])]))


@pytest.fixture
def counted() -> Callable[[], float]:
    return lambda: REGISTRY.get_sample_value("footnote_ratings_total", {"rating": "up"}) or 0


def test_ratings_count_towards_the_rate_limit(client: TestClient, counted: Callable[[], float]) -> None:
    before = counted()
    first, second = (client.put(f"/answers/{ANSWER}/rating", json={"rating": "up"}) for _ in range(2))
    assert (first.status_code, first.headers["ratelimit"]) == (204, '"requests";r=0;t=60')
    assert second.status_code == 429
    assert counted() == before + 1
