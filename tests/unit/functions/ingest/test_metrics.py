from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from footnote.errors import InvalidRequest, Unavailable
from footnote.events import object_changed_event, to_http
from functions.ingest import metrics
from tests.unit.footnote.events.storage_events import aws
from tests.unit.functions.ingest.receiving import Ingest

PNG = b"\x89PNG\r\n\x1a\n"


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def came_of_it(outcome: str) -> float:
    return sample("footnote_ingest_total", outcome=outcome)


async def test_drift_is_counted(ingest: Ingest) -> None:
    before = sample("footnote_ingest_drift_total", found="leftovers")
    headers, body = to_http(object_changed_event("s3://docs", "a.md", "leftovers"))
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    assert sample("footnote_ingest_drift_total", found="leftovers") == before + 1


@pytest.mark.parametrize(
    ("outcome", "content", "failure"),
    [
        ("indexed", "Text.", None),
        ("failed", PNG, None),
        ("postponed", "Text.", Unavailable("embed is down")),
        ("refused", "Text.", InvalidRequest("no")),
    ],
)
async def test_every_event_is_counted_by_outcome(
    ingest: Ingest, outcome: str, content: str | bytes, failure: Exception | None
) -> None:
    def counted() -> float:
        return sum(
            sample.value
            for metric in metrics.OUTCOMES.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        )

    before, all_before = came_of_it(outcome), counted()
    ingest.world.bucket.put("a", content)
    if failure:
        ingest.failing["embed"] = failure
    await ingest.send("a")
    assert came_of_it(outcome) == before + 1
    assert counted() == all_before + 1


async def test_an_invalid_event_is_counted_as_refused(ingest: Ingest) -> None:
    before = came_of_it("refused")
    headers, body = to_http(object_changed_event("s3://other", "a"))
    await ingest.client.post("/", headers=headers, content=body)
    await ingest.client.post("/", content=b"{}")
    assert came_of_it("refused") == before + 2


async def test_lag_is_measured_for_changes_and_not_for_drift(ingest: Ingest) -> None:
    def lag() -> float:
        return sample("footnote_ingest_lag_seconds_sum")

    ingest.world.bucket.put("a", "Text.")
    ingest.world.bucket.put("b", "Text.")
    before = lag()
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert (await ingest.notify({"Records": [aws("a", eventTime=hour_ago)]})).status_code == 204
    assert 3600 <= lag() - before < 3900
    before = lag()
    drifted = object_changed_event("s3://docs", "b", "drift")
    drifted["time"] = hour_ago
    headers, body = to_http(drifted)
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    assert lag() == before


async def test_lag_counts_a_redelivered_change_once(ingest: Ingest) -> None:
    ingest.world.bucket.put("a", "Text.")
    before = sample("footnote_ingest_lag_seconds_count")
    for _ in range(2):
        assert (await ingest.notify({"Records": [aws("a")]})).status_code == 204
    assert sample("footnote_ingest_lag_seconds_count") == before + 1


async def test_a_retried_failure_is_no_drift(ingest: Ingest) -> None:
    ingest.world.bucket.put("a.md", PNG)
    await ingest.send("a.md")
    before = sample("footnote_ingest_drift_total", found="failed")
    headers, body = to_http(object_changed_event("s3://docs", "a.md", "failed"))
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    assert sample("footnote_ingest_drift_total", found="failed") == before == 0
