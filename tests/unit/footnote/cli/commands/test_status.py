from __future__ import annotations

from footnote.cli.commands.status import Status, sentences
from footnote.cli.summaries import NO_DRIFT
from footnote.drift import Drift


def agreement(elsewhere: int) -> Drift:
    return Drift([], changed=[], gone=[], behind=[], leftovers=[], unchanged=1, elsewhere=elsewhere)


def test_documents_of_other_buckets_are_counted() -> None:
    assert [*sentences(Status([], agreement(elsewhere=0)))] == [NO_DRIFT]
    assert [*sentences(Status([], agreement(elsewhere=12)))] == [
        NO_DRIFT,
        "Answers also use 12 documents of other buckets, which are in the same index.",
    ]
