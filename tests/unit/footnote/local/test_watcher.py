"""The keys that a polled bucket yields."""

from collections.abc import AsyncIterator

import pytest

from footnote.bucket import ObjectInfo
from footnote.errors import FootnoteError, Misconfigured, Unavailable, UnusableKey
from footnote.local.watcher import changed_keys
from footnote.store import Store
from tests.unit.functions.ingest.world import InMemoryBucket


class Barred(InMemoryBucket):
    """A bucket that cannot be listed at the first attempts."""

    tries = 3

    def __init__(self, error: FootnoteError) -> None:
        super().__init__()
        self.error = error

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        self.tries -= 1
        if self.tries > 0:
            self.error.message += f" ({self.tries})" * isinstance(self.error, Unavailable)
            raise self.error
        async for info in super().list(prefix):
            yield info


@pytest.mark.parametrize(
    "error",
    [
        UnusableKey("The key 'a//b' has an empty segment; rename it."),
        Misconfigured("s3://docs denies access; check the credentials."),
        Unavailable("s3://docs cannot be reached"),
    ],
)
async def test_an_outage_of_a_polled_bucket_is_reported_once_and_so_is_its_end(
    store: Store, error: FootnoteError
) -> None:
    bucket, reported = Barred(error), list[str]()
    bucket.put("a.md", "a")
    batches, message = changed_keys(bucket, store, 0.01, reported.append), error.message
    for _ in range(2):
        assert await anext(batches) == ["a.md"]
    (first, second) = reported
    assert first.startswith(message)
    assert second == "s3://docs can be compared with the index again."
