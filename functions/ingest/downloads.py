"""Downloads objects to temporary files."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from weakref import finalize

from footnote.bucket import Bucket, ObjectInfo
from footnote.errors import Unreadable
from functions.ingest import metrics


@dataclass(frozen=True, slots=True)
class Content:
    path: Path
    """In a folder of its own. All files in that folder are removed when the content is released."""
    digest: str
    """The sha256, hex."""


class Downloads:
    """Reuses its folders: creating and removing one can take longer than reading a small document."""

    def __init__(self, bucket: Bucket, limit: int) -> None:
        """`limit`: the most bytes of an object."""
        self._bucket = bucket
        self._limit = limit
        self._idle: list[Path] = []

    @asynccontextmanager
    async def __call__(self, info: ObjectInfo) -> AsyncIterator[Content]:
        """The content of the object, until the context is left.

        Raises Unreadable for an object over the limit, and Conflict for one that changed meanwhile.
        """
        if info.size > self._limit:
            raise Unreadable(
                f"It has {info.size} bytes, more than the limit of {self._limit} "
                "(FOOTNOTE_OBJECT_LIMIT)."
            )
        with self._folder() as folder:
            path = folder / "object"
            yield Content(path, await self._fetch(info, path))

    async def _fetch(self, info: ObjectInfo, path: Path) -> str:
        digest = hashlib.sha256()
        with metrics.stage("fetch", {"footnote.bytes": info.size}), path.open("wb") as file:
            async for part in self._bucket.read(info):
                digest.update(part)
                file.write(part)
        return digest.hexdigest()

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        folder = self._idle_folder() or self._create_folder()
        try:
            yield folder
        finally:
            for file in os.scandir(folder):
                os.unlink(file)
            self._idle.append(folder)

    def _idle_folder(self) -> Path | None:
        """Operating systems remove temporary folders that were not used for days."""
        while self._idle:
            if (folder := self._idle.pop()).exists():
                return folder
        return None

    def _create_folder(self) -> Path:
        folder = mkdtemp(prefix="footnote-")
        finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)
