"""Dead letters: events that could not be processed, kept in a folder with the reason."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from footnote.errors import InvalidRequest, message_of
from footnote.events import CloudEvent, parse, to_json

DATA_LIMIT = 1024
"""Characters of the reason that are kept, as many as Knative keeps."""


ATTRIBUTES = ("knativeerrordest", "knativeerrorcode", "knativeerrordata")


def undeliverable(event: CloudEvent, destination: str, code: int, body: bytes) -> CloudEvent:
    """Note on the event, as Knative does, who refused it, with what status and with what body."""
    values = destination, code, base64.b64encode(body).decode()[:DATA_LIMIT]
    for name, value in zip(ATTRIBUTES, values, strict=True):
        event[name] = value
    return event


def restored(event: CloudEvent) -> CloudEvent:
    """The event as it was before it became a dead letter."""
    for name in ATTRIBUTES:
        if name in event:
            del event[name]
    return event


def reason(event: CloudEvent) -> str:
    """What the refusing side said; "" where it said nothing."""
    data = str(event.get("knativeerrordata") or "")
    whole = data[: len(data) // 4 * 4]
    return message_of(base64.b64decode(whole))


class DeadLetters:
    """One JSON file for each event; the file names sort by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __iter__(self) -> Iterator[Path]:
        return iter(sorted(self.folder.glob("*.json")))

    def keep(self, event: CloudEvent) -> Path:
        """Write the event; the same one, kept again, replaces its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_name(event)}.json"
        part = path.with_suffix(".part")
        part.write_bytes(to_json(event))
        os.replace(part, path)
        return path

    def forget(self, age: timedelta) -> None:
        """Remove what was kept longer than `age` ago."""
        oldest = time.time() - age.total_seconds()
        for path in self:
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    def read(self, path: Path) -> CloudEvent:
        """Raises InvalidRequest where the file holds no event."""
        try:
            return parse({}, path.read_bytes())[0]
        except InvalidRequest as error:
            raise InvalidRequest(f"{path} holds no dead letter: {error.message}") from None


def _name(event: CloudEvent) -> str:
    digest = hashlib.sha256(f"{event['source']} {event['id']}".encode()).hexdigest()
    written = str(event.get("time") or "").partition(".")[0].replace(":", "")
    return f"{written}-{digest[:12]}".lstrip("-")
