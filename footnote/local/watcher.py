"""Watches a bucket and yields the keys of objects that may have changed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from pathlib import Path

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder, is_ignored
from footnote.drift import detect_drift
from footnote.errors import FootnoteError, Misconfigured, Unavailable, UnusableKey
from footnote.local.links import Links
from footnote.store import Store

STEP = 200
"""Milliseconds without a change that end a batch, so that half-written files are seldom read."""
DEBOUNCE = 2_000
"""Milliseconds after which a batch ends even if the folder keeps changing."""
WHOLE = ""
"""The key that stands for the whole bucket."""
ROOT = "."
"""The relative path of the watched folder itself."""


def changed_keys(
    bucket: Bucket, store: Store, interval: float, report: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    """Watch a folder, or compare any other bucket with the index every `interval` seconds.

    Watching starts with the first step of the iteration. What fails is retried after the interval;
    `report` gets each reason once, and for a bucket that is polled also the recovery.
    """
    if isinstance(bucket, Folder):
        return _watch(bucket, store, interval, report)
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


async def _watch(
    folder: Folder, store: Store, interval: float, report: Callable[[str], None]
) -> AsyncIterator[Iterable[str]]:
    pending, reported, links = set[str](), set[str](), Links(folder.root)
    async for paths in _batches(folder, interval, report):
        pending |= paths
        keys, reasons = set[str](), set[str]()
        for path in sorted(pending):
            try:
                keys |= await _keys_at(folder, store, path)
                pending.remove(path)
            except (FootnoteError, OSError) as error:
                reasons.add(str(error))
        keys |= await links.changed(paths)
        for reason in reasons - reported:
            report(reason)
        reported = reported | reasons if pending else set()
        yield keys


async def _batches(
    folder: Folder, interval: float, report: Callable[[str], None]
) -> AsyncIterator[set[str]]:
    """Relative paths of changed files and folders; an empty set after `interval` seconds without any.

    A removed path is there twice: with a slash it stands for the folder that it may have been.
    watchfiles fails at a name that is not UTF-8, and loses that batch and what changes until the folder
    is watched again; so is what is in a folder that took the place of the watched one. WHOLE stands for
    these, at once and again with the next batch.
    """
    from watchfiles._rust_notify import WatchfilesRustInternalError

    lost = set[str]()
    while True:
        await _wait_for(folder, interval, report)
        if lost:
            yield lost
        try:
            async for paths in _watch_once(folder, interval):
                yield paths | lost
                lost = set()
            lost = {WHOLE}
        except ExceptionGroup as errors:
            if errors.split(WatchfilesRustInternalError)[1]:
                raise
            if not lost:
                report(f"A file in {folder.root} is skipped: its name is not UTF-8.")
            lost = {WHOLE}


async def _wait_for(folder: Folder, interval: float, report: Callable[[str], None]) -> None:
    reported = False
    while not folder.root.is_dir():
        if not reported:
            report(f"{folder.root} is gone. Changes are followed again once it is there.")
        reported = True
        await asyncio.sleep(interval)


async def _watch_once(folder: Folder, interval: float) -> AsyncGenerator[set[str], None]:
    """Ends when the folder was removed, or another one took its place."""
    from watchfiles import Change, awatch

    batches = awatch(
        folder.root,
        watch_filter=None,
        step=STEP,
        debounce=DEBOUNCE,
        rust_timeout=math.ceil(interval * 1000),
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    watched = _inode(folder.root)
    try:
        async for batch in batches:
            changed = {_key(folder, path) for _, path in batch}
            removed = {_key(folder, path) for change, path in batch if change == Change.deleted}
            keys = {key for key in changed if not is_ignored(key)}
            yield keys | {f"{key}/" for key in keys & removed}
            # The inode may be the same: file systems give the number of a removed folder to the next.
            if ROOT in removed or _inode(folder.root) != watched:
                return
    except OSError as error:
        if _inode(folder.root) is None:
            return
        raise Misconfigured(
            f"{folder.root} cannot be watched: {error}; raise that limit, or set "
            "WATCHFILES_FORCE_POLLING=true to poll the folder instead."
        ) from None


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _key(folder: Folder, path: str) -> str:
    """The relative path, or ROOT, which is ignored as a key."""
    return Path(path).relative_to(folder.root).as_posix()


async def _keys_at(folder: Folder, store: Store, path: str) -> set[str]:
    """The key of a file, whether it exists or not; the objects in a folder that differ.

    For a removed folder, whose path ends with a slash, the objects that were in it.
    """
    is_removal = path.endswith("/")
    if path == WHOLE or (folder.root / path).is_dir():
        return set() if is_removal else set((await detect_drift(folder, store, path)).keys)
    return {gone.key async for gone in store.manifests(prefix=path)} if is_removal else {path}
