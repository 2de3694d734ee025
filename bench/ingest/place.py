"""Where everything is that documents pass through, and how Footnote is told."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.load import processor
from bench.load.standin import Running

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

    def spent(self) -> processor.Seconds:
        """Processor seconds so far of what all sides share."""
        return processor.spent({"stand-in": self.model.pid}, self.elasticsearch)


def tell(what: str, count: int, seconds: float, spent: Mapping[str, float] | None = None) -> None:
    each = ", ".join(f"{name} {1000 * took / count:.2f}" for name, took in (spent or {}).items())
    rate = f"{count} in {seconds:.1f} s, {count / seconds:.0f} a second"
    print(f"{what}: {rate}" + f"; processor ms each: {each}" * bool(each), file=sys.stderr, flush=True)
