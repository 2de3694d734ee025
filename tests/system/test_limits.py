"""What readers may ask and spend, counted in a real Redis: several pods, one budget."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest

from tests.redis_server import RedisServer
from tests.system.site import Site, ask, stream


def test_pods_share_what_a_client_may_ask(site: Site, redis: RedisServer) -> None:
    settings = {"redis_url": redis.url, "rate_limit": 6}
    with ExitStack() as stack:
        pods = [stack.enter_context(site.process(**settings)) for _ in range(2)]
        readers = stack.enter_context(ThreadPoolExecutor(24))
        replies = list(readers.map(ask, pods * 12))
    refused = [reply for reply in replies if reply.status != 200]
    assert len(replies) - len(refused) in range(6, 10)
    assert {reply.status for reply in refused} == {429}
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in refused)
    assert refused[0].json["error"]["type"] == "rate_limited"
    assert refused[0].headers["ratelimit-policy"] == '"requests";q=6;w=60'


def test_behind_trusted_proxies_a_client_is_the_address_that_they_add_and_none_that_it_claims(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1,10.89.0.0/16")

    def status(claimed: str, client: str) -> int:
        return ask(answer, **{"x-forwarded-for": f"{claimed}, {client}, 10.89.10.10"}).status

    with site.process(rate_limit=1) as answer:
        claimed = [status(f"203.0.113.{number}", "192.0.2.10") for number in range(4)]
        other = status("203.0.113.0", "192.0.2.11")
    assert claimed[0] == 200
    assert 429 in claimed
    assert other == 200


def test_a_pod_is_ready_once_it_has_reached_redis(site: Site, tmp_path: Path) -> None:
    redis = RedisServer(tmp_path)
    with site.process(redis_url=redis.url, rate_limit=6) as answer:
        before = redis.clients()
        assert answer.get("/health/readiness").status == 200
        assert (before, redis.clients()) == (0, 1)
    redis.stop()


def test_a_pod_without_redis_is_ready_all_the_same(site: Site) -> None:
    with site.process(redis_url="redis://127.0.0.1:9/0", rate_limit=1, limits_fail="closed") as answer:
        assert answer.get("/health/readiness").status == 200


def test_pods_together_never_spend_more_than_the_day_allows(site: Site, redis: RedisServer) -> None:
    settings = {"redis_url": redis.url, "total_daily_tokens": 9_000, "chat_base_url": site.model.url}
    with ExitStack() as stack:
        pods = [stack.enter_context(site.process(**settings)) for _ in range(3)]
        readers = stack.enter_context(ThreadPoolExecutor(24))
        site.model.hold.clear()
        asked = [readers.submit(ways, pod) for ways in (ask, stream) for pod in pods * 8]
        refused = [each.result() for each in islice(as_completed(asked), 12)]
        assert {reply.status for reply in refused} == {429}
        site.model.hold.set()
        statuses = {each.result().status for each in asked}
    assert statuses == {200, 429}
    assert 420 <= len(site.model.prompts) * 420 <= 9_000


@pytest.mark.parametrize(("fails", "status"), [("open", 200), ("closed", 503)])
def test_the_settings_say_what_happens_without_redis(site: Site, fails: str, status: int) -> None:
    with site.process(redis_url="redis://127.0.0.1:9/0", rate_limit=1, limits_fail=fails) as answer:
        assert [ask(answer).status for _ in range(3)] == [status] * 3


def test_a_spent_budget_stops_spending(site: Site) -> None:
    with site.process(chat_base_url=site.model.url, total_daily_tokens=5000) as answer:
        statuses = [ask(answer).status for _ in range(12)]
    assert statuses[:2] == [
        200,
        200,
    ]  # what the first kept aside and did not spend is there for the next
    assert statuses[-1] == 429
    assert len(site.model.prompts) * 420 <= 5000


def test_a_repeated_question_may_cost_nothing_until_the_documents_change(site: Site) -> None:
    with site.process(chat_base_url=site.model.url, answer_cache=600) as answer:
        replies = [ask(answer).json for _ in range(3)]
        site.index("lamp.md", "The lighthouse has a new lamp. It listens on port 9090.")
        replies.append(ask(answer).json)
    assert [reply["usage"]["total_tokens"] for reply in replies] == [420, 0, 0, 420]
    assert replies[0]["citations"] == replies[2]["citations"]
    assert ["9090" in prompt for prompt in site.model.prompts] == [False, True]
