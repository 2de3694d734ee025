"""The bucket: where the documents are, and the truth that the index follows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from footnote.errors import AlreadyThere, Conflict, Misconfigured
from footnote.groups import GroupRules, Groups, parse_groups

if TYPE_CHECKING:
    from footnote.settings import Settings

PART = 1 << 20
"""Bytes of an object that are in memory at a time, about."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object, as the bucket describes it now."""

    key: str
    etag: str
    """Changes whenever the content does, or who may read it; compared, never interpreted."""
    size: int
    modified_at: datetime
    content_type: str = ""
    """As its owner declared it; empty in a listing, and where nobody did."""
    groups: Groups = ()
    """From the metadata `footnote-groups`, or else by rule; in a listing by rule only."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An object that is to be written."""

    key: str
    content_type: str = ""
    groups: tuple[str, ...] = ()
    replaces: bool = False
    """Whether it may take the place of an object of the same key."""


class Bucket(ABC):
    """Objects by key. Every method raises Unavailable when the bucket cannot be reached for now,
    Misconfigured when it does not exist or refuses the credentials, and UnusableKey for a key that
    cannot be asked for, or one that keeps it from being listed."""

    store: str
    """Kind of the bucket: `file`, `s3`, `gs` or `az`."""
    name: str
    """Of the bucket; a folder's is its absolute path."""
    rules: GroupRules = GroupRules()
    """Who may read objects whose metadata does not say."""
    lists_groups = False
    """Whether `list` tells who may read an object, as `head` does."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Bucket:
        """The bucket that `settings.bucket` names. Raises Misconfigured when there cannot be one."""
        bucket = cls._opened(settings)
        bucket.rules = GroupRules.parse(settings.group_rules)
        return bucket

    @staticmethod
    def _opened(settings: Settings) -> Bucket:
        if "://" in settings.bucket and not settings.bucket.startswith("file://"):
            from footnote.bucket.cloud import CloudBucket

            return CloudBucket.open(settings)
        from footnote.bucket.folder import Folder

        if settings.uploads and settings.auth == "required":
            raise Misconfigured(
                "FOOTNOTE_UPLOADS=on needs FOOTNOTE_AUTH=off where the bucket is a folder, which cannot "
                "store who may read an upload; switch one of them off, or name another kind of bucket."
            )
        return Folder(settings.bucket.removeprefix("file://"))

    @property
    def uri(self) -> str:
        return f"{self.store}://{self.name}"

    def uri_of(self, key: str) -> str:
        return f"{self.uri}/{key}"

    def governed(self, info: ObjectInfo) -> ObjectInfo:
        """The same object under the rule for its key: another rule makes another etag."""
        groups = self.rules.groups_for(info.key)
        if not groups:
            return info
        return replace(info, etag=f"{info.etag}={','.join(groups)}", groups=info.groups or groups)

    @abstractmethod
    def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in no particular order."""

    @abstractmethod
    async def head(self, key: str) -> ObjectInfo | None:
        """The object as it is now; None when there is none. Raises Unreadable for unusable metadata."""

    @abstractmethod
    def read(self, info: ObjectInfo) -> AsyncGenerator[bytes, None]:
        """The content that `info` describes, in parts of about a megabyte.

        Raises Conflict, at the latest after the last part, when the object changed since `info` was had.
        """

    async def write(self, draft: Draft, content: Path) -> ObjectInfo:
        """Write the object whole, or not at all, with what the file holds.

        The same again, even at the same time, is no other object and has the answer of the first: who
        writes may not know whether that arrived. Raises AlreadyThere for anything else of that key,
        unless the draft replaces it, and InvalidRequest for a key or group that cannot be.
        """
        if draft.replaces and (same := await self._same(draft, content)):
            return same
        try:
            await self._write(draft, content)
        except AlreadyThere:
            if same := await self._same(draft, content):
                return same
            raise
        if (info := await self.head(draft.key)) is None:
            raise Conflict(f"{draft.key} was removed again.")
        return info

    @abstractmethod
    async def _write(self, draft: Draft, content: Path) -> None:
        """Raises AlreadyThere for an object of that key, whole as it is, unless the draft replaces."""

    async def _same(self, draft: Draft, content: Path) -> ObjectInfo | None:
        """The object of that key, if it is as the draft and the file say."""
        info = await self.head(draft.key)
        if info is None or info.size != size_of(content):
            return None
        groups = parse_groups(",".join(draft.groups)) or self.rules.groups_for(draft.key)
        typed = not info.content_type or draft.content_type in ("", info.content_type)
        return info if typed and info.groups == groups and await self._equals(info, content) else None

    async def _equals(self, info: ObjectInfo, content: Path) -> bool:
        with content.open("rb") as file:
            async with aclosing(self.read(info)) as parts:
                async for part in parts:
                    if part != file.read(len(part)):
                        return False
        return True


def size_of(content: Path) -> int:
    return content.stat().st_size
