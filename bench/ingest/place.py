"""Where everything is that documents pass through, and how Footnote is told."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.load import processor
from bench.load.standin import Running

LOOK = 0.3
"""Seconds until Elasticsearch is asked again whether it is quiet."""
QUIET = 3
"""How many times it is, to believe it."""
LIKE_LANGCHAIN = {"chunk_unit": "characters", "chunk_size": 500, "chunk_overlap": 50}


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path
    elasticsearch: str
    model: Running
    """The stand-in that embeds."""

    def with_standin(self) -> dict[str, object]:
        """The settings that have the stand-in embed."""
        return {"embedding_base_url": f"{self.model.url}/v1", "embedding_model": "stand-in"}

    def in_elasticsearch(self) -> dict[str, object]:
        """The settings that keep the index in indices of its own."""
        name = f"bench-{secrets.token_hex(4)}"
        return {"store": "elasticsearch", "elasticsearch_url": self.elasticsearch, "index": name}

    def fresh(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folder))

    async def settled(self) -> float:
        """When no segments are merged any more of what was written before: others would pay for that.

        Seconds until that was so.
        """
        quiet, began = 0, time.perf_counter()
        merging = began
        async with aiohttp.ClientSession(self.elasticsearch) as session:
            while quiet < QUIET:
                await asyncio.sleep(LOOK)
                async with session.get("/_stats/merge") as response:
                    merges = (await response.json())["_all"]["total"].get("merges", {})
                quiet = 0 if merges.get("current") else quiet + 1
                merging = merging if quiet else time.perf_counter()
        return merging - began

    def spent(self) -> processor.Seconds:
        """Processor seconds so far of what all sides share."""
        return processor.spent({"stand-in": self.model.pid}, self.elasticsearch)


def tell(what: str, count: int, seconds: float, spent: Mapping[str, float] | None = None) -> None:
    each = ", ".join(f"{name} {1000 * took / count:.2f}" for name, took in (spent or {}).items())
    rate = f"{count} in {seconds:.1f} s, {count / seconds:.0f} a second"
    print(f"{what}: {rate}" + f"; processor ms each: {each}" * bool(each), file=sys.stderr, flush=True)
