"""The workload: readers who ask, an author who writes and deletes files, and a reader who uploads."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.report import Measure
from bench.soak.client import Client

PLACES = ["Arden", "Bexley", "Corrin", "Dunmore", "Elstow", "Farndon", "Garth", "Halden"]
KEYS = 150
"""Number of keys that the author writes, and of names that are uploaded."""


def permanent_text(place: str) -> str:
    return f"The mill of {place} was built in {year_built(place)}.\n"


def year_built(place: str) -> int:
    return 1000 + sum(map(ord, place))


def edition_text(key: str, edition: int, paragraphs: int) -> str:
    lines = [
        f"Edition {edition} of the ledger {key}: entry {n} is {n * edition}." for n in range(paragraphs)
    ]
    return "\n\n".join(lines)


@dataclass(slots=True)
class Workload:
    bucket: Path
    url: str
    client: Client
    rng: random.Random
    contents: dict[str, str] = field(default_factory=dict)
    """What the bucket must hold, by its keys."""
    wrong: list[str] = field(default_factory=list)
    """Wrong answers about documents that never change."""
    answers: int = 0
    changes: int = 0
    uploads: int = 0

    def open(self) -> None:
        """Documents that nobody touches."""
        for place in PLACES:
            self._write(f"lasting/{place}.txt", permanent_text(place))

    async def read(self) -> None:
        """One question after the other."""
        while True:
            place = self.rng.choice(PLACES)
            question = f"When was the mill of {place} built?"
            answer = await self.client.request("POST", f"{self.url}/query", json={"query": question})
            self.answers += answer is not None
            if answer is not None and str(year_built(place)) not in answer["answer"]:
                self.wrong.append(f"{question} {answer['answer'][:200]}")
            await asyncio.sleep(self.rng.uniform(0, 0.5))

    async def write(self) -> None:
        """A file is written, replaced or deleted, and now and then many at once."""
        while True:
            for _ in range(20 if self.rng.random() < 0.02 else 1):
                key = f"ledgers/{self.rng.randrange(KEYS)} ü.txt"
                if key in self.contents and self.rng.random() < 0.4:
                    (self.bucket / key).unlink()
                    del self.contents[key]
                else:
                    self._write(key, self._edition(key))
                self.changes += 1
            await asyncio.sleep(self.rng.uniform(0, 1))

    async def upload(self) -> None:
        while True:
            name = f"{self.rng.randrange(KEYS)}.txt"
            text = self._edition(name)
            url = f"{self.url}/uploads/{quote(name)}?replaces=true"
            self.contents.pop(f"uploads/{name}", None)  # either may be there until it is answered
            answer = await self.client.request("PUT", url, data=text.encode())
            if answer is not None:
                self.contents[f"uploads/{name}"] = text
                self.uploads += 1
            await asyncio.sleep(self.rng.uniform(0, 3))

    def lost(self) -> list[str]:
        """A sentence for each key whose content in the bucket is not what was written."""
        return [
            f"{key} is not as it was written"
            for key, text in self.contents.items()
            if not (self.bucket / key).is_file() or (self.bucket / key).read_text() != text
        ]

    def measures(self) -> list[Measure]:
        return [
            Measure("questions answered", self.answers),
            Measure("changes of files", self.changes),
            Measure("uploads", self.uploads),
            Measure("answers that were wrong", len(self.wrong), target=0),
        ]

    def _edition(self, key: str) -> str:
        return edition_text(key, self.rng.randrange(1, 1_000_000), self.rng.choice([1, 10, 100]))

    def _write(self, key: str, text: str) -> None:
        path = self.bucket / key
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.contents[key] = text
