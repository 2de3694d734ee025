"""The metrics of ingest beyond those of its requests, and the spans of its stages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prometheus_client import Counter, Histogram

from footnote import serving, tracing
from footnote.errors import InvalidRequest
from footnote.serving.metrics import SECONDS

OUTCOMES = Counter("footnote_ingest_total", "Events about objects, by outcome", ["outcome"])
CHUNKS = Counter("footnote_ingest_chunks_total", "Chunks embedded and staged")
DRIFT = Counter(
    "footnote_ingest_drift_total",
    "Drift that no event reported: objects that differ between index and bucket or between two"
    " generations, and chunks that a writer left behind",
    ["found"],
)
STAGE_SECONDS = Histogram(
    "footnote_ingest_stage_seconds",
    "Seconds by stage",
    ["stage"],
    buckets=SECONDS,
)
LAG_SECONDS = Histogram(
    "footnote_ingest_lag_seconds",
    "Seconds from an event's time to its effect in the index",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 86400),
)


def count_outcome(outcome: str, **event: str) -> None:
    """Count the outcome of an event, and add it to the request's line in the log."""
    OUTCOMES.labels(outcome).inc()
    serving.add_log_fields(**event, outcome=outcome)


@contextmanager
def count_errors(**event: str) -> Iterator[None]:
    """Count an event that ends in an error: as `refused` if the error is permanent, else `postponed`."""
    try:
        yield
    except Exception as error:
        count_outcome("refused" if isinstance(error, InvalidRequest) else "postponed", **event)
        raise


@contextmanager
def stage(name: str, attributes: tracing.Attributes | None = None) -> Iterator[None]:
    with STAGE_SECONDS.labels(name).time(), tracing.span(name, attributes=attributes):
        yield


def observe_lag(time: str | None) -> None:
    """Observe the seconds since an event's RFC 3339 `time`, unless it is missing or malformed."""
    try:
        happened = datetime.fromisoformat(time or "")
    except ValueError:
        return
    if happened.tzinfo:
        LAG_SECONDS.observe(max(0.0, (datetime.now(UTC) - happened).total_seconds()))
