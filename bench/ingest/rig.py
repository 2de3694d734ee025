"""The setup that all parts of the benchmark share: a folder, Elasticsearch and a stand-in model."""

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

from bench import processes
from bench.load.standin import Running

POLL_INTERVAL = 0.3
"""Seconds between two polls of Elasticsearch's merges."""
QUIET_POLLS = 3
"""Polls without a merge after which merging counts as done."""
LIKE_LANGCHAIN = {"chunk_unit": "characters", "chunk_size": 500, "chunk_overlap": 50}


@dataclass(frozen=True, slots=True)
class Rig:
    folder: Path
    elasticsearch: str
    model: Running
    """The stand-in for the embedding endpoint."""

    def standin_settings(self) -> dict[str, object]:
        """The settings that make embed use the stand-in."""
        return {"embedding_base_url": f"{self.model.url}/v1", "embedding_model": "stand-in"}

    def elasticsearch_settings(self) -> dict[str, object]:
        """The settings of a new index in Elasticsearch."""
        name = f"bench-{secrets.token_hex(4)}"
        return {"store": "elasticsearch", "elasticsearch_url": self.elasticsearch, "index": name}

    def new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folder))

    async def wait_for_merges(self) -> float:
        """Wait until Elasticsearch merges no segments, which would slow down the next measurement.

        Returns how many seconds it still merged.
        """
        quiet, began = 0, time.perf_counter()
        merging = began
        async with aiohttp.ClientSession(self.elasticsearch) as session:
            while quiet < QUIET_POLLS:
                await asyncio.sleep(POLL_INTERVAL)
                async with session.get("/_stats/merge") as response:
                    merges = (await response.json())["_all"]["total"].get("merges", {})
                quiet = 0 if merges.get("current") else quiet + 1
                merging = merging if quiet else time.perf_counter()
        return merging - began

    def cpu_seconds(self) -> processes.Seconds:
        """CPU seconds so far of the stand-in, Elasticsearch and this process."""
        return processes.cpu_by_process({"stand-in": self.model.pid}, self.elasticsearch)


def print_rate(
    what: str, count: int, seconds: float, cpu_seconds: Mapping[str, float] | None = None
) -> None:
    each = ", ".join(f"{name} {1000 * took / count:.2f}" for name, took in (cpu_seconds or {}).items())
    rate = f"{count} in {seconds:.1f} s, {count / seconds:.0f} a second"
    print(f"{what}: {rate}" + f"; processor ms each: {each}" * bool(each), file=sys.stderr, flush=True)
