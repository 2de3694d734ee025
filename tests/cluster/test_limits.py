"""What a client may ask is counted for all pods of answer together, in the chart's own Redis."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster.conftest import install
from tests.cluster.footnote import Footnote
from tests.cluster.kube import until

A_MINUTE = 30
"""Requests that one client may make in one."""
PODS = 2


@pytest.fixture
def limited(footnote: Footnote) -> Iterator[Footnote]:
    cluster = footnote.cluster
    cluster.apply(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: redis}\nstringData: {redis-password: beacon}"
    )
    wanted = "redis.enabled=true,redis.secret=redis,redis.image=dev.local/redis:v1"
    more = f"functions.answer.settings.rate_limit={A_MINUTE},functions.answer.minScale={PODS}"
    install(cluster, "--set", wanted, "--set", more)
    cluster.kubectl("rollout", "status", "deployment/footnote-redis", "--timeout=180s")
    until(lambda: footnote.latest("answer"))
    yield footnote
    install(cluster)
    until(lambda: footnote.latest("answer"))


def test_pods_share_what_a_client_may_ask(limited: Footnote) -> None:
    def ask(number: int) -> int:
        return limited.gateway.request("POST", "/chat", {"query": f"What is told of mooring {number}?"})[
            0
        ]

    started = time.monotonic()
    with ThreadPoolExecutor(8) as clients:
        statuses = list(clients.map(ask, range(4 * A_MINUTE)))
    minutes = (time.monotonic() - started) / 60
    assert set(statuses) == {200, 429}
    assert A_MINUTE <= statuses.count(200) <= A_MINUTE * (1 + minutes) + 1
    assert all(count > 0 for count in questions_by_pod(limited).values())


def questions_by_pod(footnote: Footnote) -> dict[str, int]:
    """How many questions each pod of the latest revision of answer answered or refused."""
    revision = footnote.latest("answer")
    pods = footnote.cluster.pods_of(f"serving.knative.dev/revision={revision}")
    assert len(pods) == PODS
    return {pod: asked(footnote.cluster.kubectl("logs", pod, "user-container")) for pod in pods}


def asked(log: str) -> int:
    requests = [json.loads(line) for line in log.splitlines() if '"request"' in line]
    return sum(each["route"] == "/chat" for each in requests)
