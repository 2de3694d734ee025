"""The Footnote that runs on this machine: its lock file, and the settings it publishes there."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from footnote.bucket import Bucket
from footnote.errors import Misconfigured
from footnote.settings import PREFIX, Settings

FILE = "running.json"
PUBLISHED = frozenset(
    (
        *("secrets", "bucket_endpoint", "bucket_region", "former_buckets", "group_rules"),
        *("store", "elasticsearch_url", "elasticsearch_ca", "index", "index_days", "fusion"),
        *("chunk_size", "chunk_overlap", "chunk_unit", "embedding_batch", "dead_letter_days"),
    )
)
"""Settings that decide what commands do and where they look. A URL among them may hold a secret."""


@contextlib.contextmanager
def lock(state: Path) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Hold the lock on the folder `state` until the block or the process ends.

    Yields a function that publishes settings for other commands. Raises Misconfigured when another
    process holds the lock, or the folder cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / FILE).open("a+")
    except OSError as error:
        raise Misconfigured(
            f"The state folder {state} cannot be used: {error.strerror}; choose another with `--state`."
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"Footnote already runs with the state folder {state}; stop it, or choose another "
                "with `--state`."
            ) from None
        file.truncate(0)
        yield partial(_publish, file)


def settings_to_publish(settings: Settings, bucket: Bucket) -> dict[str, Any]:
    """The bucket, and those of the PUBLISHED settings that are not defaults, without any password."""
    given = {name: _shareable(getattr(settings, name)) for name in PUBLISHED & settings.model_fields_set}
    if bucket.store == "s3":
        from footnote.bucket.client import region

        given["bucket_region"] = region(settings, os.environ)
    return {**given, "bucket": bucket.uri}


def running_settings(state: Path) -> Settings | None:
    """What the running instance published; None if none runs, or before it published."""
    published = {name: value for name, value in _read(state).items() if name in Settings.model_fields}
    return Settings.model_validate(published) if published else None


def inherited(settings: Settings) -> Settings:
    """The settings, with those of the running instance in place of the defaults."""
    if (running := running_settings(settings.state)) is None:
        return settings
    return Settings.model_validate(_explicit(running) | _explicit(settings))


def checked(settings: Settings) -> Settings:
    """`inherited(settings)`, for commands that compare index and bucket.

    Raises Misconfigured if the running instance has another index, another bucket or other group rules.
    """
    here, running = inherited(settings), running_settings(settings.state)
    if running:
        _check(settings.state, _identity(here), _identity(running))
    return here


def _publish(file: TextIO, settings: Mapping[str, Any]) -> None:
    json.dump(settings, file)
    file.flush()


def _read(state: Path) -> dict[str, Any]:
    """What the process that holds the lock wrote; empty if none holds it."""
    try:
        with (state / FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return {}
    except FileNotFoundError:
        return {}
    except BlockingIOError:
        return dict(json.loads((state / FILE).read_text() or "{}"))


def _explicit(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.model_fields_set}


def _check(state: Path, here: Mapping[str, str], running: Mapping[str, str]) -> None:
    for name, value in running.items():
        if here[name] != value:
            raise Misconfigured(
                f"The Footnote running with the state folder {state} has {PREFIX}{name.upper()}="
                f"{value!r}, but here it is {here[name]!r}: remove it here, restart Footnote with it, "
                "or choose another state folder with `--state`."
            )


def _identity(settings: Settings) -> dict[str, str]:
    """The settings that say which index follows which bucket by which rules, the most telling first."""
    bucket = _uri(settings.bucket)
    identity = {"bucket": bucket, "store": settings.store}
    if settings.store == "elasticsearch":
        url = _shareable(settings.elasticsearch_url).rstrip("/")
        identity |= {"elasticsearch_url": url, "index": settings.index}
    if not bucket.startswith("file://"):
        identity["bucket_endpoint"] = _shareable(settings.bucket_endpoint)
    return {**identity, "group_rules": settings.group_rules}


def _uri(bucket: str) -> str:
    """The bucket's uri, whether it exists or not."""
    path = bucket.removeprefix("file://")
    return bucket.rstrip("/") if "://" in path else f"file://{Path(path).expanduser().resolve()}"


def _shareable(value: Any) -> Any:
    """Paths become absolute, and URLs lose their credentials."""
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, str) and "@" in (authority := urlsplit(value).netloc):
        return value.replace(authority, authority.rpartition("@")[2], 1)
    return value
