"""Watches a folder and yields the keys of objects that may have changed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from footnote.bucket.folder import Folder, is_ignored
from footnote.drift import detect_drift
from footnote.errors import FootnoteError, Misconfigured
from footnote.local.links import Links
from footnote.store import Store

if TYPE_CHECKING:
    from watchfiles.main import FileChange

STEP = 200
"""Milliseconds without a change that end a batch, so that half-written files are seldom read."""
DEBOUNCE = 2_000
"""Milliseconds after which a batch ends even if the folder keeps changing."""
WHOLE = ""
"""The relative path that stands for everything in the folder."""
ROOT = "."
"""The relative path of the folder itself."""


class FolderWatcher:
    """All paths are relative to the folder; that of a removed folder ends with a slash."""

    def __init__(
        self, folder: Folder, store: Store, interval: float, report: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._root = folder.root
        self._store = store
        self._interval = interval
        self._report = report
        self._links = Links(folder.root)
        self._pending: set[str] = set()
        """Paths whose keys are still to be yielded."""
        self._reported: set[str] = set()
        """The reasons why some are pending."""

    async def changed_keys(self) -> AsyncIterator[Iterable[str]]:
        """See `watcher.changed_keys`."""
        async for paths in self._batches():
            self._pending |= paths
            keys = await self._keys_of_pending()
            yield keys | await self._links.changed(paths)

    async def _keys_of_pending(self) -> set[str]:
        keys, reasons = set[str](), set[str]()
        for path in sorted(self._pending):
            try:
                keys |= await self._keys_at(path)
                self._pending.remove(path)
            except (FootnoteError, OSError) as error:
                reasons.add(str(error))
        for reason in reasons - self._reported:
            self._report(reason)
        self._reported = self._reported | reasons if self._pending else set()
        return keys

    async def _keys_at(self, path: str) -> set[str]:
        """The key of a file, whether it exists or not; the objects in a folder that differ.

        For a removed folder, the objects that were in it.
        """
        is_removal = path.endswith("/")
        if path == WHOLE or (self._root / path).is_dir():
            if is_removal:
                return set()
            return set((await detect_drift(self._folder, self._store, path)).keys)
        return {gone.key async for gone in self._store.manifests(prefix=path)} if is_removal else {path}

    async def _batches(self) -> AsyncIterator[set[str]]:
        """The paths that changed; an empty set after `interval` seconds without any.

        WHOLE is among them once changes may have been missed, and again with the next batch. That
        happens when watchfiles fails at a name that is not UTF-8, which loses the batch and the changes
        until the folder is watched again, and when another folder takes the place of the watched one.
        """
        from watchfiles._rust_notify import WatchfilesRustInternalError

        missed = set[str]()
        while True:
            await self._wait_for_root()
            if missed:
                yield missed
            try:
                async for paths in self._watch_once():
                    yield paths | missed
                    missed = set()
            except ExceptionGroup as errors:
                if errors.split(WatchfilesRustInternalError)[1]:
                    raise
                if not missed:
                    self._report(f"A file in {self._root} is skipped: its name is not UTF-8.")
            missed = {WHOLE}

    async def _wait_for_root(self) -> None:
        if self._root.is_dir():
            return
        self._report(f"{self._root} is gone. Changes are followed again once it is there.")
        while not self._root.is_dir():  # noqa: ASYNC110 - nothing signals that it is back
            await asyncio.sleep(self._interval)

    async def _watch_once(self) -> AsyncGenerator[set[str], None]:
        """Ends when the folder was removed, or another one took its place."""
        watched = _inode(self._root)
        try:
            async for batch in self._raw_batches():
                changed, removed = self._paths(batch)
                keys = {path for path in changed if not is_ignored(path)}
                yield keys | {f"{key}/" for key in keys & removed}
                # The inode may be the same: file systems reuse the number of a removed folder.
                if ROOT in removed or _inode(self._root) != watched:
                    return
        except OSError as error:
            if _inode(self._root) is None:
                return
            raise Misconfigured(
                f"{self._root} cannot be watched: {error}; raise that limit, or set "
                "WATCHFILES_FORCE_POLLING=true to poll the folder instead."
            ) from None

    def _raw_batches(self) -> AsyncIterator[Iterable[FileChange]]:
        from watchfiles import awatch

        return awatch(
            self._root,
            watch_filter=None,
            step=STEP,
            debounce=DEBOUNCE,
            rust_timeout=math.ceil(self._interval * 1000),
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )

    def _paths(self, batch: Iterable[FileChange]) -> tuple[set[str], set[str]]:
        """All relative paths of a batch, and those that were removed. ROOT may be among them; it is
        ignored as a key."""
        from watchfiles import Change

        relative = {path: Path(path).relative_to(self._root).as_posix() for _, path in batch}
        removed = {relative[path] for change, path in batch if change == Change.deleted}
        return {*relative.values()}, removed


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
