"""Figures for `footnote status`, most of them read from the metrics of the functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from footnote.events.deadletters import DeadLetters
from footnote.settings import Settings

if TYPE_CHECKING:
    from prometheus_client.samples import Sample

LAG_BUCKETS = "footnote_ingest_lag_seconds_bucket"
DEAD_LETTERS = "footnote_dead_letters"
TIMEOUT = 5
"""Seconds."""


@dataclass(frozen=True, slots=True)
class IndexingLag:
    """Time from the change of an object to its searchability, since ingest started."""

    changes: int
    half_within: float
    """Upper bound in seconds of the histogram bucket that holds the median; infinite in the last."""
    all_within: float


@dataclass(frozen=True, slots=True)
class DeadLetterCount:
    count: int | None = 0
    """None if the dead-letter sink does not answer."""
    url: str = ""
    """URL of the dead-letter sink; empty if the letters are in the state folder."""


def indexing_lag(settings: Settings) -> IndexingLag | None:
    """None if ingest has no metrics, as behind a broker, or has indexed nothing.

    Also None if the address of ingest is only a default: another Footnote may listen there.
    """
    if "ingest_url" not in settings.model_fields_set:
        return None
    buckets = _scrape(settings.ingest_url, LAG_BUCKETS)
    return lag_of({float(bucket.labels["le"]): bucket.value for bucket in buckets})


def lag_of(buckets: Mapping[float, float]) -> IndexingLag | None:
    """The lag from the cumulative counts of a histogram, by upper bound; None if all are 0."""
    total = max(buckets.values(), default=0)
    if not total:
        return None
    half = min(bound for bound, count in buckets.items() if count >= total / 2)
    return IndexingLag(
        int(total), half, min(bound for bound, count in buckets.items() if count == total)
    )


def dead_letter_count(settings: Settings) -> DeadLetterCount:
    """Counts the state folder's, or on a cluster, where no job has their volume, asks the sink."""
    url = settings.dead_letters_url.rstrip("/")
    if not url:
        return DeadLetterCount(len(list(DeadLetters.from_settings(settings))))
    samples = _scrape(url, DEAD_LETTERS)
    return DeadLetterCount(int(samples[0].value) if samples else None, url)


def _scrape(url: str, name: str) -> list[Sample]:
    """The samples of the metric `name` at `url`; none if that fails."""
    import requests
    from prometheus_client.parser import text_string_to_metric_families

    try:
        response = requests.get(f"{url}/metrics", timeout=TIMEOUT)
        families = list(text_string_to_metric_families(response.text if response.ok else ""))
    except (requests.RequestException, ValueError):
        return []
    samples = chain.from_iterable(family.samples for family in families)
    return [sample for sample in samples if sample.name == name]
