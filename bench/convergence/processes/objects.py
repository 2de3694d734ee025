"""Objects that are changed at random, with a timeline of each that readers are checked against."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp
from obstore.store import S3Store

from tests.simulation.timeline import Mismatch, ObjectState, Reader, Timelines, new_timelines

WORD = "heron"
GROUP = "staff"
PNG = b"\x89PNG\r\n\x1a\n"
SIZES = (1, 3, 30, 120)
"""Sentences."""
CHANGES = (*["write"] * 4, "touch", "restrict", "corrupt", "empty", "delete", "delete")


@dataclass
class TrackedObject:
    """One object, its timeline, and the readers of it."""

    key: str
    serial: int = 0
    timelines: Timelines = field(default_factory=new_timelines)

    def __post_init__(self) -> None:
        self.readers = [Reader(self.timelines, insider=insider) for insider in (True, False)]

    @property
    def state(self) -> ObjectState:
        return self.timelines[self.key][-1]

    def next(self, dice: random.Random) -> tuple[bytes | None, ObjectState]:
        """A random next content, None to delete the object, and the state it gets."""
        change, state = dice.choice(CHANGES), self.state
        if change == "delete":
            return None, ObjectState()
        if change == "corrupt":
            return PNG, ObjectState()
        if change == "empty":
            return b"", ObjectState()
        text, restricted = state.text, change == "restrict" and not state.restricted
        if change == "write" or not text:
            self.serial += 1
            sentences = range(dice.choice(SIZES))
            text = " ".join(f"The {WORD} {self.serial} of {self.key} has part {n}." for n in sentences)
        return text.encode(), ObjectState(text, restricted)


class Author:
    def __init__(self, client: S3Store, dice: random.Random, counts: Counter[str]) -> None:
        self._client = client
        self._dice = dice
        self._counts = counts

    async def keep_changing(self, tracked: TrackedObject, pause: float, until: float) -> None:
        """Change the object about every `pause` seconds."""
        while time.monotonic() < until:
            await asyncio.sleep(self._dice.uniform(0, 2) * pause)
            data, state = tracked.next(self._dice)
            # Before the write: readers may see the new state before the response arrives.
            tracked.timelines[tracked.key].append(state)
            await self._write(tracked.key, data, state)
            self._counts["changes"] += 1

    async def _write(self, key: str, data: bytes | None, state: ObjectState) -> None:
        if data is None:
            await self._client.delete_async(key)
            return
        groups = {"footnote-groups": GROUP} if state.restricted else {}
        await self._client.put_async(key, data, attributes={"Content-Type": "text/markdown", **groups})


class Watcher:
    """Searches for one object after the other, and checks the result against its timeline."""

    def __init__(self, url: str, bucket: str, dice: random.Random, counts: Counter[str]) -> None:
        self.mismatches: list[str] = []
        self._url = url
        self._bucket = bucket
        self._dice = dice
        self._counts = counts

    async def keep_searching(self, objects: list[TrackedObject]) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                tracked = self._dice.choice(objects)
                for reader in tracked.readers:
                    await self._search(session, tracked, reader)

    async def _search(
        self, session: aiohttp.ClientSession, tracked: TrackedObject, reader: Reader
    ) -> None:
        body = {"query": WORD, "mode": "keyword", "top_k": 100, "filter": {"prefix": tracked.key}}
        groups = {"groups": [GROUP]} if reader.insider else {}
        async with session.post(self._url, json=body | groups) as answer:
            if answer.status != 200:
                self._counts["searches that failed"] += 1
                return
            hits = (await answer.json())["hits"]
        self._counts["searches"] += 1
        try:
            reader.check({tracked.key: joined([(hit["start"], hit["text"]) for hit in hits])})
        except Mismatch as mismatch:
            self.mismatches.append(str(mismatch))


def joined(parts: list[tuple[int, str]]) -> str:
    """The text that has these parts, by their offsets; they may overlap."""
    text = ""
    for start, part in sorted(parts):
        text = text.ljust(start) + part[max(0, len(text) - start) :]
    return text
