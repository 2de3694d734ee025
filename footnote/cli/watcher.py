"""Changes in a bucket, as keys that are worth a look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder, ignored
from footnote.cli.drift import drift
from footnote.errors import Misconfigured, Unavailable, UnusableKey
from footnote.store import Store

QUIET = 200
"""Milliseconds without a change that end a batch: so a file is seldom looked at half written."""
LONGEST = 2_000
"""Milliseconds after which a batch ends however busy the folder is."""


def changes(
    bucket: Bucket, store: Store, interval: float, tell: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    """Keys as they change: a folder is watched, another bucket compared every `interval` seconds.

    A folder is watched from the first step of the iteration on. `tell` hears, once, why a bucket cannot
    be compared until somebody renames an object.
    """
    if isinstance(bucket, Folder):
        return _watched(bucket, store)
    return _polled(bucket, store, interval, tell)


async def _polled(
    bucket: Bucket, store: Store, interval: float, tell: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    told = ""
    while True:
        await asyncio.sleep(interval)
        try:
            yield (await drift(bucket, store)).keys
        except Unavailable:
            continue
        except UnusableKey as error:
            if error.message != told:
                tell(error.message)
            told = error.message


async def _watched(folder: Folder, store: Store) -> AsyncIterator[Iterable[str]]:
    from watchfiles import awatch

    batches = awatch(
        folder.root, watch_filter=None, step=QUIET, debounce=LONGEST, ignore_permission_denied=True
    )
    try:
        async for batch in batches:
            paths = {Path(path) for _, path in batch}
            keys = {path.relative_to(folder.root).as_posix() for path in paths if path != folder.root}
            yield await _touched(folder, store, {key for key in keys if not ignored(key)})
    except OSError as error:
        raise Misconfigured(
            f"{folder.root} cannot be watched: {error}; raise that limit, or set "
            "WATCHFILES_FORCE_POLLING=true to look at the folder again and again instead."
        ) from None


async def _touched(folder: Folder, store: Store, keys: set[str]) -> set[str]:
    """The keys, and in place of a folder, made or gone, those of the objects it held or holds."""
    touched = set()
    for key in keys:
        path = folder.root / key
        if path.is_file():
            touched.add(key)
        elif path.is_dir():
            touched |= set((await drift(folder, store, key)).keys)
        else:
            touched |= {key, *[gone.key async for gone in store.manifests(prefix=key + "/")]}
    return touched
