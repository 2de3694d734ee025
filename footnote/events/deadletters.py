"""Dead letters: events that could not be delivered, kept in a folder with the reason."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from footnote.errors import InvalidRequest, NotFound, error_message
from footnote.events import CloudEvent, parse, to_json
from footnote.settings import Settings

DATA_LIMIT = 1024
"""Characters of the encoded reason that are kept, as many as Knative keeps."""
PRUNE_INTERVAL = 3600
"""Seconds between two searches for expired letters, of which there may be very many."""

ATTRIBUTES = ("knativeerrordest", "knativeerrorcode", "knativeerrordata")


def as_dead_letter(event: CloudEvent, destination: str, code: int, body: bytes) -> CloudEvent:
    """Add to the event what Knative adds: who refused it, with which status and which body."""
    values = destination, code, base64.b64encode(body).decode()[:DATA_LIMIT]
    for name, value in zip(ATTRIBUTES, values, strict=True):
        event[name] = value
    return event


def original_event(event: CloudEvent) -> CloudEvent:
    """The event as it was before it became a dead letter."""
    for name in ATTRIBUTES:
        if name in event:
            del event[name]
    return event


def failure_reason(event: CloudEvent) -> str:
    """The reason in words, or ""."""
    data = str(event.get("knativeerrordata") or "")
    whole = data[: len(data) // 4 * 4]
    return error_message(base64.b64decode(whole))


class DeadLetters:
    """A folder with a JSON file for each event, which is kept for `age`."""

    def __init__(self, folder: Path, age: timedelta, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.age = age
        self._clock = clock
        self._next_pruning = 0.0

    @classmethod
    def from_settings(cls, settings: Settings) -> DeadLetters:
        return cls(settings.state / "dead-letters", timedelta(days=settings.dead_letter_days))

    def __iter__(self) -> Iterator[Path]:
        """The files, the oldest first."""
        times = self.kept_at()
        return iter(sorted(times, key=lambda path: (times[path], path)))

    def keep(self, event: CloudEvent) -> Path:
        """Write the event and return its file. The same event replaces its file. Prunes when due."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_name(event)}.json"
        part = path.with_suffix(".part")
        part.write_bytes(to_json(event))
        os.replace(part, path)
        self.prune_if_due()
        return path

    def remove(self, path: Path) -> None:
        """Remove a letter, unless another process did."""
        path.unlink(missing_ok=True)

    def prune_if_due(self) -> None:
        """Remove expired letters, unless that was done within the last hour."""
        if self._clock() >= self._next_pruning:
            self.prune()

    def prune(self) -> None:
        """Remove expired letters."""
        self._next_pruning = self._clock() + PRUNE_INTERVAL
        oldest = self._clock() - self.age.total_seconds()
        for path, kept in self.kept_at().items():
            if kept < oldest:
                self.remove(path)

    def kept_at(self) -> dict[Path, float]:
        """When each letter was written, in seconds since 1970. Not sorted: there may be very many."""
        times = {}
        with suppress(FileNotFoundError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process removed it
                    if entry.name.endswith(".json"):
                        times[Path(entry.path)] = entry.stat().st_mtime
        return times

    def find(self, name: str) -> Path:
        """The file of the letter with that name, or at that path. Raises NotFound."""
        for path in (self.folder / f"{name}.json", Path(name)):
            if path.is_file():
                return path
        raise NotFound(f"There is no dead letter {name}; `footnote replay --list` lists them.")

    def read(self, path: Path) -> CloudEvent:
        """Raises InvalidRequest when the file holds no event."""
        try:
            return parse({}, path.read_bytes())[0]
        except InvalidRequest as error:
            raise InvalidRequest(f"{path} is not a dead letter: {error.message}") from None


def _name(event: CloudEvent) -> str:
    """The same for each delivery of an event: an event without a time has that of its arrival.

    The subject belongs to it, since the events of one deletion of several objects may share an id.
    """
    identity = (event["source"], event["id"], event.get("subject") or "")
    return hashlib.sha256(" ".join(map(str, identity)).encode()).hexdigest()[:16]
