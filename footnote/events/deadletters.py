"""Dead letters: events that could not be processed, kept in a folder with the reason."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from footnote.errors import InvalidRequest, NotFound, error_message
from footnote.events import CloudEvent, parse, to_json
from footnote.settings import Settings

DATA_LIMIT = 1024
"""Characters of the reason that are kept, as many as Knative keeps."""
PERIOD = 3600
"""Seconds between two looks for what is too old: there may be very many."""

ATTRIBUTES = ("knativeerrordest", "knativeerrorcode", "knativeerrordata")


def as_dead_letter(event: CloudEvent, destination: str, code: int, body: bytes) -> CloudEvent:
    """Note on the event, as Knative does, who refused it, with what status and with what body."""
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
    """What the refusing side said; "" where it said nothing."""
    data = str(event.get("knativeerrordata") or "")
    whole = data[: len(data) // 4 * 4]
    return error_message(base64.b64decode(whole))


class DeadLetters:
    """One JSON file for each event, named by its id; the ids sort by time. It is kept for `age`."""

    def __init__(self, folder: Path, age: timedelta, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.age = age
        self._clock = clock
        self._due = 0.0

    @classmethod
    def from_settings(cls, settings: Settings) -> DeadLetters:
        return cls(settings.state / "dead-letters", timedelta(days=settings.dead_letter_days))

    def __iter__(self) -> Iterator[Path]:
        return iter(sorted(self.folder.glob("*.json")))

    def keep(self, event: CloudEvent) -> Path:
        """Write the event, and tidy up; the same one, kept again, replaces its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_name(event)}.json"
        part = path.with_suffix(".part")
        part.write_bytes(to_json(event))
        os.replace(part, path)
        self.tidy()
        return path

    def tidy(self) -> None:
        """Forget old ones, if that was not done within the hour."""
        if self._clock() >= self._due:
            self.forget()

    def forget(self) -> None:
        """Remove what is too old."""
        self._due = self._clock() + PERIOD
        oldest = self._clock() - self.age.total_seconds()
        for path, kept in self.times().items():
            if kept < oldest:
                path.unlink(missing_ok=True)

    def times(self) -> dict[Path, float]:
        """When each was kept, in seconds since 1970; in no order, since there may be very many."""
        found = {}
        with suppress(FileNotFoundError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process was faster
                    if entry.name.endswith(".json"):
                        found[Path(entry.path)] = entry.stat().st_mtime
        return found

    def find(self, name: str) -> Path:
        """The file of the letter with that id, or at that path. Raises NotFound."""
        for path in (self.folder / f"{name}.json", Path(name)):
            if path.is_file():
                return path
        raise NotFound(
            f"There is no dead letter {name}; `footnote replay --list` tells which there are."
        )

    def read(self, path: Path) -> CloudEvent:
        """Raises InvalidRequest where the file holds no event."""
        try:
            return parse({}, path.read_bytes())[0]
        except InvalidRequest as error:
            raise InvalidRequest(f"{path} holds no dead letter: {error.message}") from None


def _name(event: CloudEvent) -> str:
    # The subject as well: several objects that one request deletes may have events of one id.
    about = (event["source"], event["id"], event.get("subject") or "")
    digest = hashlib.sha256(" ".join(map(str, about)).encode()).hexdigest()
    written = re.sub(r"[^0-9TZ-]", "", str(event.get("time") or "").partition(".")[0])
    return f"{written}-{digest[:12]}".lstrip("-")
