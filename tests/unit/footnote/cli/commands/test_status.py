from __future__ import annotations

from footnote.cli.commands.status import Status, sentences
from footnote.cli.summaries import NO_DRIFT
from footnote.drift import Drift


def agreement(elsewhere: dict[str, int]) -> Drift:
    return Drift([], changed=[], gone=[], behind=[], leftovers=[], unchanged=1, elsewhere=elsewhere)


def test_documents_of_other_buckets_are_counted() -> None:
    assert [*sentences(Status([], agreement(elsewhere={})))] == [NO_DRIFT]
    assert [*sentences(Status([], agreement(elsewhere={"s3://b": 12, "s3://a": 1})))] == [
        NO_DRIFT,
        "Answers also use documents of other buckets, which are in the same index: 1 of s3://a, 12 of "
        "s3://b. `footnote reconcile` removes those of FOOTNOTE_FORMER_BUCKETS.",
    ]
