"""The metrics of retrieve beyond those of its requests."""

from prometheus_client import Counter, Histogram

SEARCH_SECONDS = Histogram(
    "footnote_search_seconds",
    "Seconds that one search of the store took",
    ["mode"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
PASSAGES = Histogram(
    "footnote_passages_found", "Passages that one search found", buckets=(0, 1, 2, 3, 5, 10, 20, 50, 100)
)
RERANKED = Counter(
    "footnote_reranked_total", "Searches due to be reranked, by whether they were", ["done"]
)
