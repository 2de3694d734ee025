"""What a campaign counted, and the mismatches it found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bench.report import Measure

COUNTS = ("changes", "events", "deliveries", "calls", "searches")


@dataclass
class Campaign:
    """Counts and mismatches of the histories on one store, or with real processes."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    def measures(self) -> list[Measure]:
        totals = {"histories": self.counts["histories"]}
        totals |= {what: self.counts[what] for what in COUNTS if what in self.counts}
        totals["faults"] = sum(n for what, n in self.counts.items() if what.startswith("fault: "))
        wrong = Measure(f"{self.name}, mismatches", len(self.mismatches), target=0)
        return [*(Measure(f"{self.name}, {what}", count) for what, count in totals.items()), wrong]
