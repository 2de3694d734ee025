"""Objects that live through changes, and what readers saw of each."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp
from obstore.store import S3Store

from tests.histories.chronicle import Chronicle, Mismatch, Moment, Reader, chronicle

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
    chronicle: Chronicle = field(default_factory=chronicle)

    def __post_init__(self) -> None:
        self.readers = [Reader(self.chronicle, insider=insider) for insider in (True, False)]

    @property
    def now(self) -> Moment:
        return self.chronicle[self.key][-1]

    def next(self, dice: random.Random) -> tuple[bytes | None, Moment]:
        """What to write, None to remove it, and what readers may see then."""
        what, now = dice.choice(CHANGES), self.now
        if what == "delete":
            return None, Moment()
        if what == "spoil":
            return PNG, Moment()
        if what == "empty":
            return b"", Moment()
        text, closed = now.text, what == "close" and not now.closed
        if what == "write" or not text:
            self.serial += 1
            sentences = range(dice.choice(SIZES))
            text = " ".join(f"The {WORD} {self.serial} of {self.key} has part {n}." for n in sentences)
        return text.encode(), Moment(text, closed)


class Author:
    def __init__(self, client: S3Store, dice: random.Random, counts: Counter[str]) -> None:
        self._client = client
        self._dice = dice
        self._counts = counts

    async def lead(self, life: Life, pause: float, until: float) -> None:
        """Change the object every so many seconds."""
        while time.monotonic() < until:
            await asyncio.sleep(self._dice.uniform(0, 2) * pause)
            data, moment = life.next(self._dice)
            # Before it is written: what is written may be seen before it is known to be.
            life.chronicle[life.key].append(moment)
            await self._write(life.key, data, moment)
            self._counts["changes"] += 1

    async def _write(self, key: str, data: bytes | None, moment: Moment) -> None:
        if data is None:
            await self._client.delete_async(key)
            return
        groups = {"footnote-groups": GROUP} if moment.closed else {}
        await self._client.put_async(key, data, attributes={"Content-Type": "text/markdown", **groups})


class Watch:
    """Asks retrieve for one object after the other; what it sees must be in the object's chronicle."""

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
            reader.sees({life.key: joined([(hit["start"], hit["text"]) for hit in hits])})
        except Mismatch as mismatch:
            self.mismatches.append(str(mismatch))


def joined(parts: list[tuple[int, str]]) -> str:
    """The text that overlapping parts of it are of; each sentence tells where it belongs."""
    text = ""
    for start, part in sorted(parts):
        text = text.ljust(start) + part[max(0, len(text) - start) :]
    return text
