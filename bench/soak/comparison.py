"""Compares the index with the bucket: the keys, and the whole text of each document."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from tests.system.footnote_up import FootnoteUp

POLL_INTERVAL = 1.0


def wait_until_equal(footnote: FootnoteUp, seconds: float) -> float:
    """Seconds until the index is equal to the bucket; `seconds` if it is not by then."""
    begun = time.monotonic()
    while differences(footnote):
        if time.monotonic() > begun + seconds:
            return seconds
        time.sleep(POLL_INTERVAL)
    return time.monotonic() - begun


def differences(footnote: FootnoteUp) -> list[str]:
    """A sentence for each key that the index has wrong; texts are compared once all keys are there."""
    objects, documents = _objects(footnote.bucket), footnote.documents()
    keys = [f"{key} is only in the bucket" for key in objects.keys() - documents.keys()]
    keys += [f"{key} is only in the index" for key in documents.keys() - objects.keys()]
    return keys or list(_outdated(footnote, objects, documents))


def _objects(bucket: Path) -> dict[str, str]:
    files = (path for path in bucket.rglob("*") if path.is_file())
    return {path.relative_to(bucket).as_posix(): path.read_text() for path in files}


def _outdated(
    footnote: FootnoteUp, objects: dict[str, str], documents: dict[str, dict[str, Any]]
) -> Iterator[str]:
    with requests.Session() as session:
        for key, text in objects.items():
            url = f"{footnote.url}/documents/{documents[key]['id']}"
            passages = session.get(url, timeout=60).json().get("passages", ())
            if documents[key]["state"] != "indexed" or not _covered(text, passages):
                yield f"{key} has another text in the index"


def _covered(text: str, passages: Any) -> bool:
    """Whether the passages are of the text, and leave nothing out but blanks."""
    place = 0
    for passage in passages:
        start, end = passage["start"], passage["end"]
        if text[start:end] != passage["text"] or text[place:start].strip():
            return False
        place = max(place, end)
    return not text[place:].strip()
