"""What a client may ask is counted for all pods of answer together, in the chart's own Redis."""

from __future__ import annotations

import json
import time
from collections import Counter
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
    of_answer = {"settings.rate_limit": A_MINUTE, "settings.limits_fail": "closed", "minScale": PODS}
    more = ",".join(f"functions.answer.{name}={value}" for name, value in of_answer.items())
    install(cluster, "--set", wanted, "--set", more)
    cluster.kubectl("rollout", "status", "deployment/footnote-redis", "--timeout=180s")
    until(lambda: footnote.latest("answer"))
    yield footnote
    install(cluster)
    until(lambda: footnote.latest("answer"))


def test_pods_share_what_a_client_may_ask(limited: Footnote) -> None:
    def ask(number: int) -> None:
        limited.gateway.request("POST", "/chat", {"query": f"What is told of mooring {number}?"})

    def all_have_answered() -> bool:
        ask(0)
        return all(pod[200] for pod in statuses_by_pod(limited))

    started = time.monotonic()
    until(all_have_answered)  # in its first second a pod may not hear Redis in time
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(ask, range(4 * A_MINUTE)))
    minutes = (time.monotonic() - started) / 60
    by_pod = statuses_by_pod(limited)
    print(*by_pod)
    # The limits fail closed here: while Redis cannot be asked in time, nobody is let in uncounted.
    admitted, refused, unknown = (sum(pod[status] for pod in by_pod) for status in (200, 429, 503))
    assert A_MINUTE - unknown <= admitted <= A_MINUTE * (1 + minutes) + 1
    assert refused > unknown
    assert all(pod[200] + pod[429] for pod in by_pod)


def statuses_by_pod(footnote: Footnote) -> list[Counter[int]]:
    """How each pod of the latest revision of answer answered questions; the one before had no limit."""
    revision = footnote.latest("answer")
    pods = footnote.cluster.pods_of(f"serving.knative.dev/revision={revision}")
    assert len(pods) == PODS
    return [statuses(footnote.cluster.kubectl("logs", pod, "user-container")) for pod in pods]


def statuses(log: str) -> Counter[int]:
    requests = [json.loads(line) for line in log.splitlines() if '"request"' in line]
    return Counter(each["status"] for each in requests if each["route"] == "/chat")
