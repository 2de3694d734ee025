"""The metrics of stored dead letters."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from footnote.events.deadletters import DeadLetters


class DeadLetterCollector(Collector):
    """Reads the folder at every scrape, because `footnote replay`, another process, removes letters."""

    def __init__(self, letters: DeadLetters) -> None:
        self._letters = letters

    def collect(self) -> Iterator[Metric]:
        times = self._letters.kept_at().values()
        yield GaugeMetricFamily("footnote_dead_letters", "Dead letters that are kept", len(times))
        if times:
            yield GaugeMetricFamily(
                "footnote_dead_letter_oldest_timestamp_seconds",
                "When the oldest dead letter was stored",
                min(times),
            )
