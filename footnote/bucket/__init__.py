"""The bucket: where the documents are, and the truth that the index follows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footnote.settings import Settings

PART = 1 << 20
"""Bytes of an object that are in memory at a time, about."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object, as the bucket describes it now."""

    key: str
    etag: str
    """Changes whenever the content does; compared, never interpreted."""
    size: int
    modified_at: datetime
    content_type: str = ""
    """As its owner declared it; empty in a listing, and where nobody did."""
    groups: tuple[str, ...] = ()
    """From the metadata `footnote-groups`, sorted; empty in a listing, and where it has none."""


class Bucket(ABC):
    """Objects by key. Every method raises Unavailable when the bucket cannot be reached for now, and
    Misconfigured when it does not exist or refuses the credentials."""

    store: str
    """Kind of the bucket: `file`, `s3`, `gs` or `az`."""
    name: str
    """Of the bucket; a folder's is its absolute path."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Bucket:
        """The bucket that `settings.bucket` names. Raises Misconfigured when there cannot be one."""
        if "://" in settings.bucket and not settings.bucket.startswith("file://"):
            from footnote.bucket.cloud import CloudBucket

            return CloudBucket.open(settings)
        from footnote.bucket.folder import Folder

        return Folder(settings.bucket.removeprefix("file://"))

    @property
    def uri(self) -> str:
        return f"{self.store}://{self.name}"

    def uri_of(self, key: str) -> str:
        return f"{self.uri}/{key}"

    @abstractmethod
    def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in no particular order."""

    @abstractmethod
    async def head(self, key: str) -> ObjectInfo | None:
        """The object as it is now; None when there is none. Raises Unreadable for an unusable key."""

    @abstractmethod
    def read(self, info: ObjectInfo) -> AsyncIterator[bytes]:
        """The content that `info` describes, in parts of about a megabyte.

        Raises Conflict, at the latest after the last part, when the object changed since `info` was had.
        """
