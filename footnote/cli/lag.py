"""How long changes took to be searchable, as ingest has counted since it started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from footnote.cli.samples import samples
from footnote.settings import Settings

NAME = "footnote_ingest_lag_seconds_bucket"


@dataclass(frozen=True, slots=True)
class Lag:
    changes: int
    half_within: float
    """Seconds, as fine as they are counted; infinite past the largest that is."""
    all_within: float


def lag(settings: Settings) -> Lag | None:
    """None where ingest cannot be asked, as behind a broker, or has nothing to tell.

    Where nobody said that it is at the usual address, it may be another Footnote's.
    """
    if "ingest_url" not in settings.model_fields_set:
        return None
    found = samples(settings.ingest_url, NAME)
    return within({float(sample.labels["le"]): sample.value for sample in found})


def within(counts: Mapping[float, float]) -> Lag | None:
    """Of how many changes were searchable within so many seconds; None of none."""
    total = max(counts.values(), default=0)
    if not total:
        return None
    half = min(seconds for seconds, count in counts.items() if count >= total / 2)
    return Lag(int(total), half, min(seconds for seconds, count in counts.items() if count == total))
