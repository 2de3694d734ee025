"""How long changes took to be searchable, as ingest has counted since it started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

NAME = "footnote_ingest_lag_seconds_bucket"
TIMEOUT = 5


@dataclass(frozen=True, slots=True)
class Lag:
    changes: int
    half_within: float
    """Seconds, as fine as they are counted; infinite past the largest that is."""
    all_within: float


def lag(ingest_url: str) -> Lag | None:
    """None where ingest cannot be asked, as behind a broker, or has nothing to tell."""
    import requests
    from prometheus_client.parser import text_string_to_metric_families

    try:
        answer = requests.get(f"{ingest_url}/metrics", timeout=TIMEOUT)
        families = list(text_string_to_metric_families(answer.text if answer.ok else ""))
    except (requests.RequestException, ValueError):
        return None
    samples = chain.from_iterable(family.samples for family in families)
    return within({float(found.labels["le"]): found.value for found in samples if found.name == NAME})


def within(counts: Mapping[float, float]) -> Lag | None:
    """Of how many changes were searchable within so many seconds; None of none."""
    total = max(counts.values(), default=0)
    if not total:
        return None
    half = min(seconds for seconds, count in counts.items() if count >= total / 2)
    return Lag(int(total), half, min(seconds for seconds, count in counts.items() if count == total))
