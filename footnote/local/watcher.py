"""Changes in a bucket, as keys that are worth a look."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder, ignored
from footnote.drift import drift
from footnote.errors import FootnoteError, Misconfigured, Unavailable, UnusableKey
from footnote.store import Store

QUIET = 200
"""Milliseconds without a change that end a batch: so a file is seldom looked at half written."""
LONGEST = 2_000
"""Milliseconds after which a batch ends however busy the folder is."""
WHOLE = ""
"""In place of the key of a folder: all of the bucket."""


def changes(
    bucket: Bucket, store: Store, interval: float, tell: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    """Keys as they change: a folder is watched, another bucket compared every `interval` seconds.

    A folder is watched from the first step of the iteration on. What cannot be looked at is tried again
    after the interval; `tell` hears, once, why, and of another bucket when it can be again.
    """
    if isinstance(bucket, Folder):
        return _watched(bucket, store, interval, tell)
    return _polled(bucket, store, interval, tell)


async def _polled(
    bucket: Bucket, store: Store, interval: float, tell: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    told = None
    while True:
        await asyncio.sleep(interval)
        try:
            keys = (await drift(bucket, store)).keys
        except (Unavailable, Misconfigured, UnusableKey) as error:
            # Of an outage each look may say something else.
            why = "" if isinstance(error, Unavailable) else error.message
            if why != told:
                tell(error.message)
            told = why
            continue
        if told is not None:
            tell(f"{bucket.uri} can be compared with the index again.")
        told = None
        yield keys


async def _watched(
    folder: Folder, store: Store, interval: float, tell: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    waiting, told = set[str](), set[str]()
    async for keys in _batches(folder, interval, tell):
        waiting |= keys
        touched, reasons = set[str](), set[str]()
        for key in sorted(waiting):
            try:
                touched |= await _touched(folder, store, key)
                waiting.remove(key)
            except (FootnoteError, OSError) as error:
                reasons.add(str(error))
        for reason in reasons - told:
            tell(reason)
        told = told | reasons if waiting else set()
        yield touched


async def _batches(
    folder: Folder, interval: float, tell: Callable[[str], None]
) -> AsyncIterator[set[str]]:
    """Keys of files and folders that changed; none where nothing did for `interval` seconds.

    A batch with a name that is no text is lost, and so is what changes until the folder is watched
    again: in its place comes WHOLE, at once and with the next batch.
    """
    from watchfiles._rust_notify import WatchfilesRustInternalError

    lost = set[str]()
    while True:
        try:
            async for keys in _watch(folder, interval):
                yield keys | lost
                lost = set()
        except ExceptionGroup as errors:
            if errors.split(WatchfilesRustInternalError)[1]:
                raise
            if not lost:
                tell(f"The name of a file in {folder.root} is not UTF-8: it is left out.")
            lost = {WHOLE}
            yield lost


async def _watch(folder: Folder, interval: float) -> AsyncIterator[set[str]]:
    from watchfiles import awatch

    batches = awatch(
        folder.root,
        watch_filter=None,
        step=QUIET,
        debounce=LONGEST,
        rust_timeout=math.ceil(interval * 1000),
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    try:
        async for batch in batches:
            paths = {Path(path) for _, path in batch}
            keys = {path.relative_to(folder.root).as_posix() for path in paths if path != folder.root}
            yield {key for key in keys if not ignored(key)}
    except OSError as error:
        raise Misconfigured(
            f"{folder.root} cannot be watched: {error}; raise that limit, or set "
            "WATCHFILES_FORCE_POLLING=true to look at the folder again and again instead."
        ) from None


async def _touched(folder: Folder, store: Store, key: str) -> set[str]:
    """The key, or in place of a folder, made or gone, those of the objects it held or holds."""
    path = folder.root / key
    if path.is_file():
        return {key}
    if path.is_dir():
        return set((await drift(folder, store, key)).keys)
    return {key, *[gone.key async for gone in store.manifests(prefix=key + "/")]}
