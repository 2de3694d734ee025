"""A bucket of S3 or an S3-compatible server, Google Cloud Storage or Azure Blob Storage."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footnote.bucket import PART, Bucket, Draft, ObjectInfo, size_of
from footnote.bucket.client import SECRETS, ObjectStoreClient, first_line
from footnote.bucket.slash_filter import SlashFilter
from footnote.errors import (
    AlreadyThere,
    Conflict,
    InvalidRequest,
    Misconfigured,
    Unavailable,
    Unreadable,
    UnusableKey,
)
from footnote.groups import Groups, parse_groups

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

    from footnote.settings import Settings

GROUPS = "footnote-groups"
WHOLE = 64_000_000
"""Bytes up to which an object is written by one request, which refuses by itself to replace another."""
REMEMBERED = 50_000
"""Versions of which it is kept whether they are as listed: about 20 MB."""


class CloudBucket(Bucket):
    def __init__(
        self, store: str, name: str, client: Callable[[], ObjectStore], remembered: int = REMEMBERED
    ) -> None:
        """`client` is had anew for each operation."""
        self.store = store
        self.name = name
        self._client = client
        self._remembered = remembered
        self._there: dict[tuple[str, str], bool] = {}
        """By key and etag: what was asked last of what a listing shows."""

    @classmethod
    def open(cls, settings: Settings) -> CloudBucket:
        scheme, _, name = settings.bucket.partition("://")
        name = name.rstrip("/")
        if scheme not in SECRETS or not name or "/" in name:
            raise Misconfigured(
                f"FOOTNOTE_BUCKET={settings.bucket} names no bucket; give a folder, or "
                "s3://NAME, gs://NAME or az://NAME."
            )
        client = ObjectStoreClient(scheme, name, settings)
        client()
        return cls(scheme, name, client)

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        folder = prefix.rpartition("/")[0]
        slashes = SlashFilter(self._is_there, leading=not folder)
        with self._errors():
            async for batch in self._client().list(folder or None, chunk_size=1000):
                listed = (self.governed(_info(meta, {})) for meta in batch)
                infos = [info for info in listed if info.key.startswith(prefix)]
                for info in await slashes.filter(infos):
                    yield info

    async def _is_there(self, info: ObjectInfo) -> bool:
        """Whether the object has the key that it is listed under."""
        known = info.key, info.etag
        if known not in self._there:
            try:
                found = await self.head(info.key)
            except Unreadable:  # its metadata
                return True
            self._remember(known, found is not None and found.etag == info.etag)
        return self._there[known]

    def _remember(self, known: tuple[str, str], there: bool) -> None:
        if len(self._there) >= self._remembered:
            del self._there[next(iter(self._there))]
        self._there[known] = there

    async def head(self, key: str) -> ObjectInfo | None:
        with self._errors(key):
            try:
                found = await self._client().get_async(key, options={"head": True})
            except FileNotFoundError:
                return None
            return self.governed(_info(found.meta, found.attributes))

    async def read(self, info: ObjectInfo) -> AsyncGenerator[bytes, None]:
        changed = Conflict(f"{info.key} changed while it was read.")
        with self._errors(info.key):
            try:
                found = await self._client().get_async(info.key)
            except FileNotFoundError:
                raise changed from None
            if self.governed(_info(found.meta, found.attributes)) != info:
                raise changed
            async for part in found.stream(min_chunk_size=PART):
                yield bytes(part)

    async def _write(self, draft: Draft, content: Path) -> None:
        whole = size_of(content) <= WHOLE
        taken = AlreadyThere(f"{draft.key} is there already.")
        if not (draft.replaces or whole) and await self.head(draft.key):
            raise taken
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with self._errors(draft.key):
            try:
                await self._client().put_async(
                    draft.key,
                    content,
                    attributes=self._attributes(draft),
                    mode="overwrite" if draft.replaces or not whole else "create",
                    use_multipart=not whole,
                )
            except (AlreadyExistsError, PreconditionError):
                raise taken from None

    def _attributes(self, draft: Draft) -> dict[str, str]:
        for group in draft.groups:
            if "," in group or group != group.strip() or not (group.isascii() and group.isprintable()):
                raise InvalidRequest(
                    f"No object can have the group {group!r}: use ASCII without a comma."
                )
        name = GROUPS.replace("-", "_") if self.store == "az" else GROUPS
        given = {"Content-Type": draft.content_type, name: ",".join(draft.groups)}
        return {attribute: value for attribute, value in given.items() if value}

    @contextmanager
    def _errors(self, key: str = "") -> Iterator[None]:
        from obstore import exceptions

        if key.strip("/") != key:
            raise _unusable(key)
        try:
            yield
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
            raise Misconfigured(f"{self.uri} refuses access; check the credentials.") from None
        except FileNotFoundError:
            raise self._missing() from None
        except ValueError:
            raise _unusable(key) from None
        except exceptions.InvalidPathError as error:  # for a listing there is no way around it
            raise _unusable(_named(error), f"{self.uri} cannot be listed. ") from None
        except exceptions.BaseError as error:
            if "404 Not Found" in str(error):
                raise self._missing() from None
            raise Unavailable(f"{self.uri} cannot be reached: {first_line(error)}.") from None

    def _missing(self) -> Misconfigured:
        return Misconfigured(f"{self.uri} does not exist; make the bucket first.")


def _info(meta: ObjectMeta, attributes: Any) -> ObjectInfo:
    return ObjectInfo(
        key=meta["path"],
        # With the time, in the seconds that every answer has: metadata changes it, and not the tag.
        etag=f"{meta['e_tag'] or ''}@{int(meta['last_modified'].timestamp())}",
        size=meta["size"],
        modified_at=meta["last_modified"],
        content_type=attributes.get("Content-Type", ""),
        groups=_groups(meta["path"], attributes),
    )


def _groups(key: str, attributes: Any) -> Groups:
    """Raises Unreadable for metadata that names no group: that cannot be meant to be public."""
    given = next((value for name, value in attributes.items() if _metadata_name(name) == GROUPS), None)
    groups = parse_groups(given or "")
    if given is not None and not groups:
        raise Unreadable(f"The metadata {GROUPS} of {key} names no group; remove it or name one.")
    return groups


def _unusable(key: str, consequence: str = "") -> UnusableKey:
    return UnusableKey(
        f"{consequence}The key {key!r} begins or ends with a slash, or has an empty, `.` or `..` "
        "segment or a control character; rename it."
    )


def _named(error: Exception) -> str:
    """The key in it, or all that it says."""
    found = re.search(r'Path "(.*?)"(?: contained|:)', str(error), re.DOTALL)
    return found.group(1) if found else first_line(error)


def _metadata_name(name: str) -> str:
    # Azure's names are identifiers, so a hyphen is not allowed there.
    return name.lower().replace("_", "-")
