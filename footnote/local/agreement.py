"""What the commands and the Footnote that runs on this machine must have alike."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from footnote.bucket import Bucket
from footnote.errors import Misconfigured
from footnote.local.instance import located, running
from footnote.settings import PREFIX, Settings

TOLD = frozenset(
    (
        *("secrets", "bucket_endpoint", "bucket_region", "group_rules", "dead_letter_days"),
        *("store", "elasticsearch_url", "elasticsearch_ca", "index", "index_days", "fusion"),
        *("chunk_size", "chunk_overlap", "chunk_unit", "embedding_batch"),
    )
)
"""Settings that decide what commands do, and where they look. None is a secret; a URL may hold one."""


def told(settings: Settings, bucket: Bucket) -> dict[str, Any]:
    """What runs tells of its settings: those that are not the defaults, without any password."""
    given = {name: _told(getattr(settings, name)) for name in TOLD & settings.model_fields_set}
    if bucket.store == "s3":
        from footnote.bucket.client import region

        given["bucket_region"] = region(settings, os.environ)
    return {**given, "bucket": bucket.uri}


def agreed(settings: Settings) -> Settings:
    """The settings as `located` has them, for whoever compares index and bucket.

    Raises Misconfigured where these are not the index, the bucket or the rules of what runs.
    """
    here, there = located(settings), running(settings.state)
    if there:
        _check(settings.state, _compared(here), _compared(there))
    return here


def _check(state: Path, here: Mapping[str, str], there: Mapping[str, str]) -> None:
    for name, value in there.items():
        if here[name] != value:
            raise Misconfigured(
                f"The Footnote that runs with the state folder {state} has {PREFIX}{name.upper()}="
                f"{value!r}, and here it is {here[name]!r}: leave it out here, start Footnote anew with "
                "it, or name another state folder with `--state`."
            )


def _compared(settings: Settings) -> dict[str, str]:
    """What says which index follows which bucket, by which rules; the more telling first."""
    bucket = _uri(settings.bucket)
    compared = {"bucket": bucket, "store": settings.store}
    if settings.store == "elasticsearch":
        url = _told(settings.elasticsearch_url).rstrip("/")
        compared |= {"elasticsearch_url": url, "index": settings.index}
    if not bucket.startswith("file://"):
        compared["bucket_endpoint"] = _told(settings.bucket_endpoint)
    return {**compared, "group_rules": settings.group_rules}


def _uri(bucket: str) -> str:
    """The bucket need not be there."""
    path = bucket.removeprefix("file://")
    return bucket.rstrip("/") if "://" in path else f"file://{Path(path).expanduser().resolve()}"


def _told(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, str) and "@" in (place := urlsplit(value).netloc):
        return value.replace(place, place.rpartition("@")[2], 1)
    return value
