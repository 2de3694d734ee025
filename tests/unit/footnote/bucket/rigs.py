"""Buckets of every kind, with changes from outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from obstore.store import S3Store

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.settings import Settings
from tests.unit.footnote.bucket.objects import write
from tests.unit.functions.ingest.world import InMemoryBucket


class Rig(Protocol):
    """One bucket, empty at first."""

    @property
    def uri(self) -> str: ...

    @property
    def bucket(self) -> Bucket: ...

    async def put(self, key: str, text: str, groups: Sequence[str] = ()) -> None:
        """A folder ignores the groups."""

    async def delete(self, key: str) -> None: ...


class FolderRig:
    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.uri = f"file://{folder}"
        self.bucket = Folder(folder)

    async def put(self, key: str, text: str, groups: Sequence[str] = ()) -> None:
        write(self.folder, key, text)

    async def delete(self, key: str) -> None:
        (self.folder / key).unlink()


class S3Rig:
    uri = "s3://docs"

    def __init__(self, settings: Settings, client: S3Store) -> None:
        self.bucket = Bucket.from_settings(settings)
        self.client = client

    async def put(self, key: str, text: str, groups: Sequence[str] = ()) -> None:
        attributes = {"footnote-groups": ",".join(groups)} if groups else None
        await self.client.put_async(key, text.encode(), attributes=attributes)

    async def delete(self, key: str) -> None:
        await self.client.delete_async(key)


class InMemoryRig:
    uri = "s3://docs"

    def __init__(self) -> None:
        self.bucket = InMemoryBucket()

    async def put(self, key: str, text: str, groups: Sequence[str] = ()) -> None:
        self.bucket.put(key, text, groups)

    async def delete(self, key: str) -> None:
        self.bucket.delete(key)
