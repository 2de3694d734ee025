"""Objects that live through changes, and what readers saw of each."""

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
CHANGES = ("write", "write", "write", "write", "touch", "close", "spoil", "empty", "delete", "delete")


@dataclass
class Life:
    """Of one object."""

    key: str
    serial: int = 0
    timelines: Timelines = field(default_factory=new_timelines)

    def __post_init__(self) -> None:
        self.readers = [Reader(self.timelines, insider=insider) for insider in (True, False)]

    @property
    def now(self) -> ObjectState:
        return self.timelines[self.key][-1]

    def next(self, dice: random.Random) -> tuple[bytes | None, ObjectState]:
        """What to write, None to remove it, and what readers may see then."""
        what, now = dice.choice(CHANGES), self.now
        if what == "delete":
            return None, ObjectState()
        if what == "spoil":
            return PNG, ObjectState()
        if what == "empty":
            return b"", ObjectState()
        text, restricted = now.text, what == "close" and not now.restricted
        if what == "write" or not text:
            self.serial += 1
            sentences = range(dice.choice(SIZES))
            text = " ".join(f"The {WORD} {self.serial} of {self.key} has part {n}." for n in sentences)
        return text.encode(), ObjectState(text, restricted)


class Author:
    def __init__(self, client: S3Store, dice: random.Random, counts: Counter[str]) -> None:
        self._client = client
        self._dice = dice
        self._counts = counts

    async def lead(self, life: Life, pause: float, until: float) -> None:
        """Change the object every so many seconds."""
        while time.monotonic() < until:
            await asyncio.sleep(self._dice.uniform(0, 2) * pause)
            data, state = life.next(self._dice)
            # Before it is written: what is written may be seen before it is known to be.
            life.timelines[life.key].append(state)
            await self._write(life.key, data, state)
            self._counts["changes"] += 1

    async def _write(self, key: str, data: bytes | None, state: ObjectState) -> None:
        if data is None:
            await self._client.delete_async(key)
            return
        groups = {"footnote-groups": GROUP} if state.restricted else {}
        await self._client.put_async(key, data, attributes={"Content-Type": "text/markdown", **groups})


class Watch:
    """Asks retrieve for one object after the other; what it sees must be in the object's timeline."""

    def __init__(self, url: str, bucket: str, dice: random.Random, counts: Counter[str]) -> None:
        self.mismatches: list[str] = []
        self._url = url
        self._bucket = bucket
        self._dice = dice
        self._counts = counts

    async def keep(self, lives: list[Life]) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                life = self._dice.choice(lives)
                for reader in life.readers:
                    await self._look(session, life, reader)

    async def _look(self, session: aiohttp.ClientSession, life: Life, reader: Reader) -> None:
        body = {"query": WORD, "mode": "keyword", "top_k": 100, "filter": {"prefix": life.key}}
        groups = {"groups": [GROUP]} if reader.insider else {}
        async with session.post(self._url, json=body | groups) as answer:
            if answer.status != 200:
                self._counts["looks that failed"] += 1
                return
            hits = (await answer.json())["hits"]
        self._counts["looks"] += 1
        try:
            reader.check({life.key: joined([(hit["start"], hit["text"]) for hit in hits])})
        except Mismatch as mismatch:
            self.mismatches.append(str(mismatch))


def joined(parts: list[tuple[int, str]]) -> str:
    """The text that overlapping parts of it are of; each sentence tells where it belongs."""
    text = ""
    for start, part in sorted(parts):
        text = text.ljust(start) + part[max(0, len(text) - start) :]
    return text
