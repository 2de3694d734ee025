"""A bucket on S3 or an S3-compatible server, Google Cloud Storage or Azure Blob Storage."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footnote.bucket import PART_SIZE, Bucket, Draft, ObjectInfo, size_of
from footnote.bucket.client import SECRETS, ObjectStoreClient
from footnote.bucket.cloud_errors import translated_errors
from footnote.bucket.slash_filter import SlashFilter
from footnote.errors import AlreadyThere, Conflict, InvalidRequest, Misconfigured, Unreadable
from footnote.groups import Groups, parse_groups

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

    from footnote.settings import Settings

GROUPS = "footnote-groups"
SINGLE_REQUEST_LIMIT = 64_000_000
"""Bytes up to which one request writes an object. Only such a request can refuse to overwrite."""
LOOKUP_CACHE_SIZE = 50_000
"""Object versions whose lookup is cached: about 20 MB."""


class CloudBucket(Bucket):
    def __init__(
        self,
        store: str,
        name: str,
        client: Callable[[], ObjectStore],
        lookup_cache_size: int = LOOKUP_CACHE_SIZE,
    ) -> None:
        """`client` is called for each operation."""
        self.store = store
        self.name = name
        self._client = client
        self._lookup_cache_size = lookup_cache_size
        self._lookups: dict[tuple[str, str], bool] = {}
        """By key and etag, whether a listed object has that key."""

    @classmethod
    def open(cls, settings: Settings) -> CloudBucket:
        scheme, _, name = settings.bucket.partition("://")
        name = name.rstrip("/")
        if scheme not in SECRETS or not name or "/" in name:
            raise Misconfigured(
                f"FOOTNOTE_BUCKET={settings.bucket} is not a bucket; use a folder, "
                "s3://NAME, gs://NAME or az://NAME."
            )
        client = ObjectStoreClient(scheme, name, settings)
        client()
        return cls(scheme, name, client)

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        folder = prefix.rpartition("/")[0]
        slash_filter = SlashFilter(self._key_exists, leading=not folder)
        with translated_errors(self.uri):
            async for batch in self._client().list(folder or None, chunk_size=1000):
                listed = (self.apply_group_rules(_info(meta, {})) for meta in batch)
                infos = [info for info in listed if info.key.startswith(prefix)]
                for info in await slash_filter.filter(infos):
                    yield info

    async def _key_exists(self, info: ObjectInfo) -> bool:
        """Whether the object has the key that it is listed under."""
        version = info.key, info.etag
        if version not in self._lookups:
            try:
                found = await self.head(info.key)
            except Unreadable:  # it exists, with unusable metadata
                return True
            if len(self._lookups) >= self._lookup_cache_size:
                del self._lookups[next(iter(self._lookups))]
            self._lookups[version] = found is not None and found.etag == info.etag
        return self._lookups[version]

    async def head(self, key: str) -> ObjectInfo | None:
        with translated_errors(self.uri, key):
            try:
                found = await self._client().get_async(key, options={"head": True})
            except FileNotFoundError:
                return None
            return self.apply_group_rules(_info(found.meta, found.attributes))

    async def read(self, info: ObjectInfo) -> AsyncGenerator[bytes, None]:
        changed = Conflict(f"{info.key} changed while it was read.")
        with translated_errors(self.uri, info.key):
            try:
                found = await self._client().get_async(info.key)
            except FileNotFoundError:
                raise changed from None
            if self.apply_group_rules(_info(found.meta, found.attributes)) != info:
                raise changed
            async for part in found.stream(min_chunk_size=PART_SIZE):
                yield bytes(part)

    async def _write(self, draft: Draft, content: Path) -> None:
        atomic = size_of(content) <= SINGLE_REQUEST_LIMIT
        taken = AlreadyThere(f"{draft.key} already exists.")
        if not (draft.overwrite or atomic) and await self.head(draft.key):
            raise taken
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with translated_errors(self.uri, draft.key):
            try:
                await self._client().put_async(
                    draft.key,
                    content,
                    attributes=self._attributes(draft),
                    mode="overwrite" if draft.overwrite or not atomic else "create",
                    use_multipart=not atomic,
                )
            except (AlreadyExistsError, PreconditionError):
                raise taken from None

    def _attributes(self, draft: Draft) -> dict[str, str]:
        for group in draft.groups:
            if "," in group or group != group.strip() or not (group.isascii() and group.isprintable()):
                raise InvalidRequest(
                    f"The group {group!r} cannot be stored with an object: use ASCII without a comma."
                )
        name = GROUPS.replace("-", "_") if self.store == "az" else GROUPS
        attributes = {"Content-Type": draft.content_type, name: ",".join(draft.groups)}
        return {attribute: value for attribute, value in attributes.items() if value}


def _info(meta: ObjectMeta, attributes: Any) -> ObjectInfo:
    return ObjectInfo(
        key=meta["path"],
        # The time is in it because a change of metadata leaves the tag; all answers have it in seconds.
        etag=f"{meta['e_tag'] or ''}@{int(meta['last_modified'].timestamp())}",
        size=meta["size"],
        modified_at=meta["last_modified"],
        content_type=attributes.get("Content-Type", ""),
        groups=_groups(meta["path"], attributes),
    )


def _groups(key: str, attributes: Any) -> Groups:
    """Raises Unreadable for metadata that names no group, since that cannot mean that all may read."""
    metadata = next(
        (value for name, value in attributes.items() if _metadata_name(name) == GROUPS), None
    )
    groups = parse_groups(metadata or "")
    if metadata is not None and not groups:
        raise Unreadable(f"The metadata {GROUPS} of {key} names no group; remove it or name one.")
    return groups


def _metadata_name(name: str) -> str:
    # Azure's names are identifiers, which have no hyphens.
    return name.lower().replace("_", "-")
