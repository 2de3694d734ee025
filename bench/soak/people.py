"""Who is about all day: readers, authors who write and delete files, and those who upload."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.soak.client import Client

LASTING = ["Arden", "Bexley", "Corrin", "Dunmore", "Elstow", "Farndon", "Garth", "Halden"]
PASSING = 150
"""Keys that authors write, and names that are uploaded."""


def lasting(place: str) -> str:
    return f"The mill of {place} was built in {built(place)}.\n"


def built(place: str) -> int:
    return 1000 + sum(map(ord, place))


def passing(key: str, edition: int, paragraphs: int) -> str:
    lines = [
        f"Edition {edition} of the ledger {key}: entry {n} is {n * edition}." for n in range(paragraphs)
    ]
    return "\n\n".join(lines)


@dataclass(slots=True)
class World:
    bucket: Path
    url: str
    client: Client
    dice: random.Random
    contents: dict[str, str] = field(default_factory=dict)
    """What the bucket must hold, by its keys."""
    wrong: list[str] = field(default_factory=list)
    """Answers to what never changed that were not right."""
    answers: int = 0
    changes: int = 0
    uploads: int = 0

    def open(self) -> None:
        """Documents that nobody touches."""
        for place in LASTING:
            self._write(f"lasting/{place}.txt", lasting(place))

    async def read(self) -> None:
        """One question after the other."""
        while True:
            place = self.dice.choice(LASTING)
            question = f"When was the mill of {place} built?"
            answer = await self.client.request("POST", f"{self.url}/query", json={"query": question})
            self.answers += answer is not None
            if answer is not None and str(built(place)) not in answer["answer"]:
                self.wrong.append(f"{question} {answer['answer'][:200]}")
            await asyncio.sleep(self.dice.uniform(0, 0.5))

    async def write(self) -> None:
        """A file is written, replaced or deleted, and now and then many at once."""
        while True:
            for _ in range(20 if self.dice.random() < 0.02 else 1):
                key = f"ledgers/{self.dice.randrange(PASSING)} ü.txt"
                if key in self.contents and self.dice.random() < 0.4:
                    (self.bucket / key).unlink()
                    del self.contents[key]
                else:
                    self._write(key, self._edition(key))
                self.changes += 1
            await asyncio.sleep(self.dice.uniform(0, 1))

    async def upload(self) -> None:
        while True:
            name = f"{self.dice.randrange(PASSING)}.txt"
            text = self._edition(name)
            url = f"{self.url}/uploads/{quote(name)}?replaces=true"
            self.contents.pop(f"uploads/{name}", None)  # either may be there until it is answered
            said = await self.client.request("PUT", url, data=text.encode())
            if said is not None:
                self.contents[f"uploads/{name}"] = text
                self.uploads += 1
            await asyncio.sleep(self.dice.uniform(0, 3))

    def lost(self) -> list[str]:
        """A sentence for each key of which the bucket does not hold what it took."""
        return [
            f"{key} is not as it was written"
            for key, text in self.contents.items()
            if not (self.bucket / key).is_file() or (self.bucket / key).read_text() != text
        ]

    def _edition(self, key: str) -> str:
        return passing(key, self.dice.randrange(1, 1_000_000), self.dice.choice([1, 10, 100]))

    def _write(self, key: str, text: str) -> None:
        path = self.bucket / key
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.contents[key] = text
