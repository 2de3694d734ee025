"""Generations of chunks in Elasticsearch: an index each, the live one behind an alias."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from footnote.errors import FootnoteError, Misconfigured
from footnote.store import Generation
from footnote.store.elasticsearch import schema
from footnote.store.elasticsearch.client import Client, reason
from footnote.store.elasticsearch.schema import Names
from footnote.store.generations import check_identity, generation_name

MEMORY = 1.0
"""Seconds."""


class Generations:
    """The live generation is remembered for a moment; whoever sees another index answer calls `load`."""

    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._names = names
        self._live: Generation | None = None
        self._loaded = -MEMORY
        self._common_made = False

    async def live(self) -> Generation | None:
        remembered = self._live if time.monotonic() < self._loaded + MEMORY else None
        return remembered or await self.load()

    async def load(self) -> Generation | None:
        """The live generation as of now."""
        answer = await self._client.find(
            lambda elasticsearch: elasticsearch.indices.get_mapping(
                index=self._names.chunks, filter_path="*.mappings._meta"
            )
        )
        found = [_generation(index, body) for index, body in (answer or {}).items()]
        if len(found) > 1:
            raise Misconfigured(f"The alias {self._names.chunks} names several indices; leave it one.")
        self._live, self._loaded = (found[0] if found else None), time.monotonic()
        return self._live

    async def prepare(self, model: str, dimensions: int, chunking: str) -> Generation:
        await self.make_common()
        generation = await self.load() or await self._begin(model, dimensions, chunking)
        check_identity(generation, model, dimensions, chunking)
        return generation

    async def make_common(self) -> None:
        """Make the indices that all generations share, where they are not."""
        if not self._common_made:
            await asyncio.gather(
                self._make(self._names.manifests, mappings=schema.MANIFESTS),
                self._make(self._names.ledger, mappings=schema.LEDGER),
            )
            self._common_made = True

    async def _begin(self, model: str, dimensions: int, chunking: str) -> Generation:
        made_with = {"model": model, "dimensions": dimensions, "chunking": chunking}
        await self._make(
            generation_name(self._names.chunks, model, dimensions, chunking),
            mappings=schema.chunks(dimensions, made_with),
            # Of several processes that begin different generations, one succeeds.
            aliases={self._names.chunks: {"is_write_index": True}},
        )
        generation = await self.load()
        if generation is None:
            raise Misconfigured(f"There is an index, but no alias {self._names.chunks}; add or drop it.")
        return generation

    async def _make(self, index: str, **body: Any) -> None:
        """Make the index, unless it is there or another process makes it first."""
        if await self._client(lambda elasticsearch: elasticsearch.indices.exists(index=index)):
            return
        answer = await self._client(
            lambda elasticsearch: elasticsearch.options(ignore_status=400).indices.create(
                index=index, settings=schema.SETTINGS, **body
            )
        )
        error = answer.get("error")
        if error and error["type"] != "resource_already_exists_exception":
            raise FootnoteError(f"Elasticsearch refuses to make {index}: {reason(error)}.")


def _generation(index: str, body: Any) -> Generation:
    made_with = body["mappings"]["_meta"]
    return Generation(index, made_with["model"], made_with["dimensions"], made_with["chunking"])
