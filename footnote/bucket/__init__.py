"""The port to the bucket that holds the documents. The index follows what the bucket holds."""

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

URI_PREFIXES = ("file:///", "s3://", "gs://", "az://")
PART_SIZE = 1 << 20
"""Bytes of an object that are read at a time, about."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object, as the bucket describes it now."""

    key: str
    etag: str
    """Changes with the content and with the groups that may read it. Opaque: it is only compared."""
    size: int
    modified_at: datetime
    content_type: str = ""
    """As declared by the uploader, if at all; empty in a listing."""
    groups: Groups = ()
    """From the metadata `footnote-groups`, or else from the rules; in a listing, from the rules only."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An object to be written."""

    key: str
    content_type: str = ""
    groups: tuple[str, ...] = ()
    overwrite: bool = False
    """Whether it may replace an object of the same key."""


class Bucket(ABC):
    """Objects by key.

    Every method raises Unavailable when the bucket cannot be reached for now, Misconfigured when it does
    not exist or refuses the credentials, and UnusableKey for a key that its API cannot address, or for
    one that makes listing it impossible.
    """

    store: str
    """Kind of the bucket: `file`, `s3`, `gs` or `az`."""
    name: str
    """Of the bucket; for a folder, its absolute path."""
    rules: GroupRules = GroupRules()
    """The groups of objects whose metadata names none."""
    former: frozenset[str] = frozenset()
    """Uris of buckets that were followed before: their documents are to be removed from the index."""
    lists_groups = False
    """Whether the groups in a listing are those that `head` returns."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Bucket:
        """The bucket that `settings.bucket` names. Raises Misconfigured for an unusable setting."""
        bucket = cls._open(settings)
        bucket.rules = GroupRules.parse(settings.group_rules)
        bucket.former = _parse_uris(settings.former_buckets)
        if bucket.uri in bucket.former:
            raise Misconfigured(
                f"FOOTNOTE_FORMER_BUCKETS names {bucket.uri}, which is FOOTNOTE_BUCKET: remove it there."
            )
        return bucket

    @staticmethod
    def _open(settings: Settings) -> Bucket:
        if "://" in settings.bucket and not settings.bucket.startswith("file://"):
            from footnote.bucket.cloud import CloudBucket

            return CloudBucket.open(settings)
        from footnote.bucket.folder import Folder

        if settings.uploads and settings.auth == "required":
            raise Misconfigured(
                "If the bucket is a folder, FOOTNOTE_UPLOADS=on needs FOOTNOTE_AUTH=off, since a folder "
                "cannot store who may read an upload. Turn one of them off, or use a cloud bucket."
            )
        return Folder(settings.bucket.removeprefix("file://"))

    @property
    def uri(self) -> str:
        return f"{self.store}://{self.name}"

    def uri_of(self, key: str) -> str:
        return f"{self.uri}/{key}"

    def apply_group_rules(self, info: ObjectInfo) -> ObjectInfo:
        """The object with the groups of the rule for its key. Another rule makes another etag."""
        groups = self.rules.groups_for(info.key)
        if not groups:
            return info
        return replace(info, etag=f"{info.etag}={','.join(groups)}", groups=info.groups or groups)

    @abstractmethod
    def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in any order."""

    @abstractmethod
    async def head(self, key: str) -> ObjectInfo | None:
        """The object as it is now, or None. Raises Unreadable for unusable metadata."""

    @abstractmethod
    def read(self, info: ObjectInfo) -> AsyncGenerator[bytes, None]:
        """The content that `info` describes, in parts of about PART_SIZE bytes.

        Raises Conflict, at the latest after the last part, when the object is not as in `info`.
        """

    async def write(self, draft: Draft, content: Path) -> ObjectInfo:
        """Write the file's content as an object, atomically and idempotently.

        Writing the same again, even concurrently, returns the object that is there, since a caller may
        not know whether the first attempt succeeded. Raises AlreadyThere for any other object of that
        key, unless the draft overwrites it, and InvalidRequest for an impossible key or group.
        """
        if draft.overwrite and (same := await self._identical(draft, content)):
            return same
        try:
            await self._write(draft, content)
        except AlreadyThere:
            if same := await self._identical(draft, content):
                return same
            raise
        if (info := await self.head(draft.key)) is None:
            raise Conflict(f"{draft.key} was removed right after it was written.")
        return info

    @abstractmethod
    async def _write(self, draft: Draft, content: Path) -> None:
        """Raises AlreadyThere and changes nothing if the key exists, unless the draft overwrites."""

    async def _identical(self, draft: Draft, content: Path) -> ObjectInfo | None:
        """The object of that key, if it equals the draft and the content."""
        info = await self.head(draft.key)
        if info is None or info.size != size_of(content):
            return None
        groups = parse_groups(",".join(draft.groups)) or self.rules.groups_for(draft.key)
        same_type = not info.content_type or draft.content_type in ("", info.content_type)
        same = same_type and info.groups == groups and await self._has_content(info, content)
        return info if same else None

    async def _has_content(self, info: ObjectInfo, content: Path) -> bool:
        with content.open("rb") as file:
            async with aclosing(self.read(info)) as parts:
                async for part in parts:
                    if part != file.read(len(part)):
                        return False
        return True


def _parse_uris(text: str) -> frozenset[str]:
    """Parse `s3://a, s3://b`. Raises Misconfigured for what is no uri of a bucket."""
    uris = frozenset(uri.strip().rstrip("/") for uri in text.split(",")) - {""}
    for uri in uris:
        if not uri.startswith(URI_PREFIXES):
            raise Misconfigured(
                f"FOOTNOTE_FORMER_BUCKETS={text!r}: {uri!r} is not a bucket that `footnote status` "
                "shows; write it as s3://NAME, gs://NAME, az://NAME or file:///FOLDER."
            )
    return uris


def size_of(content: Path) -> int:
    return content.stat().st_size
