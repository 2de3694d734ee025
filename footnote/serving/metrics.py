"""Prometheus metrics that every function has."""

from prometheus_client import Counter, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Upper bounds of a histogram's buckets, for whatever a caller waits for."""

REQUESTS = Counter("footnote_requests_total", "Requests by outcome", ["function", "route", "status"])
LATENCY = Histogram(
    "footnote_request_seconds",
    "Seconds until the response began",
    ["function", "route"],
    buckets=SECONDS,
)
