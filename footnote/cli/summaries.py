"""Formats differences between index and bucket, and the outcomes of events, for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from footnote.cli.terminal import printable
from footnote.contracts import DRIFT_KINDS
from footnote.drift import Drift
from footnote.local.broker import Outcome

NO_DRIFT = "The index agrees with the bucket."


def drift_lines(drift: Drift) -> list[str]:
    """One line for each key that differs, such as `changed  a.md`."""
    return [f"{kind:9}  {printable(key)}" for kind in DRIFT_KINDS for key in getattr(drift, kind)]


def drift_summary(drift: Drift) -> str:
    """Such as `Differed: 3 new, 1 gone.`"""
    counts = ((kind, len(getattr(drift, kind))) for kind in DRIFT_KINDS)
    return f"Differed: {', '.join(f'{count} {kind}' for kind, count in counts if count)}."


def other_buckets_summary(drift: Drift) -> str:
    """Says that answers use documents of other buckets, and of which; empty if they do not."""
    if not drift.elsewhere:
        return ""
    counts = [f"{count} of {printable(uri)}" for uri, count in sorted(drift.elsewhere.items())]
    return (
        "Answers also use documents of other buckets, which are in the same index: "
        f"{', '.join(counts)}. "
        "`footnote reconcile` removes those of FOOTNOTE_FORMER_BUCKETS."
    )


def outcome_summary(outcomes: Iterable[Outcome], unchanged: int) -> str:
    """Such as `12 indexed, 1 failed, 3 unchanged`. `unchanged`: objects that no event was sent for."""
    counts = Counter(outcome.state for outcome in outcomes)
    counts["unchanged"] += unchanged
    parts = [f"{count} {state}" for state, count in sorted(counts.items()) if count]
    return ", ".join(parts) or "no documents"


def failure_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """One line for each object that failed, with the reason."""
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    return sorted(printable(f"{outcome.key}: {outcome.reason}") for outcome in failed)
