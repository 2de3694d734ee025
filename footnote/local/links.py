"""Links in a folder: the file that a link leads to may change while the link stays the same."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from footnote.bucket.folder import Folder, is_ignored


class Links:
    """The keys of all links, and the etag of the file that each leads to."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._to_search = {""}
        """Paths that may be or contain links that are not known yet; "" is the whole folder."""
        self._etags: dict[str, str] = {}

    async def changed(self, paths: Collection[str]) -> set[str]:
        """The links whose file changed, appeared or disappeared since the last call.

        A link that is found only now, at one of the `paths` or in a folder there, counts as changed.
        """
        self._to_search |= set(paths)
        for key in await asyncio.to_thread(_search, self._folder.root, self._to_search):
            self._etags.setdefault(key, "")
        self._to_search = set()
        etags = {key: await self._etag(key) for key in self._etags}
        changed = {key for key, etag in etags.items() if etag != self._etags[key]}
        root = self._folder.root
        self._etags = {key: etag for key, etag in etags.items() if (root / key).is_symlink()}
        return changed

    async def _etag(self, key: str) -> str:
        """The etag, or "" if the link leads to no file in the folder."""
        info = await self._folder.head(key)
        return info.etag if info else ""


def _search(root: Path, paths: Collection[str]) -> list[str]:
    return [key for path in paths for key in _links(root, root / path)]


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
