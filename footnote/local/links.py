"""Links in a folder: the file that a link leads to may change while the link stays the same."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from footnote.bucket.folder import is_ignored

FileState = tuple[int, int, int, int]
"""Inode, times of the last change in nanoseconds, and size."""


class Links:
    """All links under `root`, and the state of the file that each leads to."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._to_search = {""}
        """Paths that may be or contain links that are not known yet; "" is the whole folder."""
        self._states: dict[str, FileState | None] = {}

    async def changed(self, paths: Collection[str]) -> set[str]:
        """Keys of the links whose file changed, appeared or disappeared since the last call.

        A link that is found only now, at one of the `paths` or in a folder there, counts as changed.
        """
        self._to_search |= set(paths)
        return await asyncio.to_thread(self._changed)

    def _changed(self) -> set[str]:
        for path in self._to_search:
            for key in filter(_is_utf8, _links(self._root, self._root / path)):
                self._states.setdefault(key, None)
        self._to_search = set()
        states = {key: _file_state(self._root / key) for key in self._states}
        changed = {key for key, state in states.items() if state != self._states[key]}
        self._states = {key: state for key, state in states.items() if (self._root / key).is_symlink()}
        return changed


def _links(root: Path, path: Path) -> Iterator[str]:
    """The link at the path, or those in the folder there; links to folders are not followed."""
    if path.is_symlink():
        yield path.relative_to(root).as_posix()
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = [name for name in subfolders if not is_ignored(name)]
        for name in names:
            if not is_ignored(name) and os.path.islink(file := os.path.join(folder, name)):
                yield Path(file).relative_to(root).as_posix()


def _is_utf8(key: str) -> bool:
    try:
        return bool(key.encode())
    except UnicodeEncodeError:
        return False


def _file_state(path: Path) -> FileState | None:
    """None if the link leads to no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
