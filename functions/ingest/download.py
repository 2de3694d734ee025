"""An object's content in a file of our own, for as long as it is worked on."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from footnote.bucket import Bucket, ObjectInfo
from footnote.errors import Unreadable
from functions.ingest import metrics


@dataclass(frozen=True, slots=True)
class Content:
    path: Path
    """In a folder of its own, which goes with it."""
    digest: str
    """sha256, hex."""


@asynccontextmanager
async def download(bucket: Bucket, info: ObjectInfo, limit: int) -> AsyncIterator[Content]:
    """Raises Unreadable for an object over `limit` bytes, Conflict for one that changed meanwhile."""
    if info.size > limit:
        raise Unreadable(
            f"It has {info.size} bytes, more than the limit of {limit} (FOOTNOTE_OBJECT_LIMIT)."
        )
    digest = hashlib.sha256()
    with TemporaryDirectory(prefix="footnote-") as folder, NamedTemporaryFile(dir=folder) as file:
        with metrics.stage("fetch", {"footnote.bytes": info.size}):
            async for part in bucket.read(info):
                digest.update(part)
                file.write(part)
            file.flush()
        yield Content(Path(file.name), digest.hexdigest())
