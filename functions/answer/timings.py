"""How long each stage of an answer took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from footnote import tracing


class Timings:
    """Milliseconds by stage, and in `total` those since it was made."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[tracing.Span]:
        """Measure the block, and give it a span of its own."""
        with self.measure(name), tracing.span(name) as span:
            yield span

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Add the time of the block to the stage, also if it raises."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + (time.perf_counter() - started) * 1000

    def mark(self, name: str) -> None:
        """Record the time since the start, unless it was recorded before."""
        self.stages.setdefault(name, (time.perf_counter() - self.started) * 1000)

    def finish(self) -> dict[str, float]:
        self.mark("total")
        return {name: round(value, 2) for name, value in self.stages.items()}
