"""Watches a bucket and yields the keys of objects that may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.drift import detect_drift
from footnote.errors import Misconfigured, Unavailable, UnusableKey
from footnote.local.folder_watcher import FolderWatcher
from footnote.store import Store


def changed_keys(
    bucket: Bucket, store: Store, interval: float, report: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    """Watch a folder, or compare any other bucket with the index every `interval` seconds.

    Watching starts with the first step of the iteration. What fails is retried after the interval;
    `report` gets each reason once, and for a bucket that is polled also the recovery.
    """
    if isinstance(bucket, Folder):
        return FolderWatcher(bucket, store, interval, report).changed_keys()
    return _poll(bucket, store, interval, report)


async def _poll(
    bucket: Bucket, store: Store, interval: float, report: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    reported = None
    while True:
        await asyncio.sleep(interval)
        try:
            keys = (await detect_drift(bucket, store)).keys
        except (Unavailable, Misconfigured, UnusableKey) as error:
            # The messages of one outage may differ between attempts.
            reason = "" if isinstance(error, Unavailable) else error.message
            if reason != reported:
                report(error.message)
            reported = reason
            continue
        if reported is not None:
            report(f"{bucket.uri} can be compared with the index again.")
        reported = None
        yield keys
