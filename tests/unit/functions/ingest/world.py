"""A real store with a bucket, an embedder and a parser that tests can change, break and observe."""

from __future__ import annotations

import asyncio
import hashlib
from array import array
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from footnote.bucket import Bucket, Draft, ObjectInfo
from footnote.calls.embeddings import Embeddings
from footnote.errors import AlreadyThere, Conflict, Unreadable
from footnote.store import Chunk, Generation, Manifest, Query, Store, document_id
from footnote.store.sqlite import SqliteStore
from footnote.text.chunking import Chunking
from functions.ingest.chunking import pieces
from functions.ingest.parsers import parse
from functions.ingest.parsers.document import Document
from functions.ingest.parsing import Parsed
from functions.ingest.reconciler import Reconciler
from functions.ingest.reconstruction import reconstruct
from functions.ingest.staging import Staging

LONG = " ".join(f"Sentence {number} of it." for number in range(20))

CHUNKING = Chunking(40, 0, "characters")

Step = Callable[[str], Awaitable[None]]
"""A hook that runs before each call of a port, with the port's name and method."""


async def no_step(_: str) -> None:
    return


class InMemoryBucket(Bucket):
    """A bucket in memory. Each write changes the etag; a change of the groups alone does not."""

    store = "s3"
    name = "docs"

    def __init__(self, step: Step = no_step) -> None:
        self.objects: dict[str, tuple[ObjectInfo, bytes]] = {}
        self.unusable: set[str] = set()
        """Keys of objects whose metadata is unusable, since it names no group."""
        self.asked: list[str] = []
        self._writes = 0
        self._step = step

    def put(
        self, key: str, content: bytes | str, groups: Sequence[str] = (), content_type: str = ""
    ) -> None:
        self._writes += 1
        data = content.encode() if isinstance(content, str) else content
        tag, now, named = f"e{self._writes}", datetime.now(UTC), tuple(sorted(groups))
        self.objects[key] = ObjectInfo(key, tag, len(data), now, content_type, named), data

    def regroup(self, key: str, groups: Sequence[str]) -> None:
        """Like S3 within one second: its etag is a hash of the bytes, and times are whole seconds."""
        info, data = self.objects[key]
        self.objects[key] = replace(info, groups=tuple(sorted(groups))), data

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        for info, _ in list(self.objects.values()):
            if info.key.startswith(prefix):
                yield self.apply_group_rules(replace(info, content_type="", groups=()))

    async def head(self, key: str) -> ObjectInfo | None:
        await self._step("bucket.head")
        self.asked.append(key)
        if key in self.unusable:
            raise Unreadable(f"The metadata of {key} names no group.")
        return self.apply_group_rules(self.objects[key][0]) if key in self.objects else None

    async def read(self, info: ObjectInfo) -> AsyncGenerator[bytes, None]:
        await self._step("bucket.read")
        found, data = self.objects.get(info.key, (None, b""))
        if found is None or self.apply_group_rules(found) != info:
            raise Conflict(f"{info.key} changed while it was read.")
        yield data

    async def _write(self, draft: Draft, content: Path) -> None:
        data = await asyncio.to_thread(content.read_bytes)
        if draft.key in self.objects and not draft.overwrite:
            raise AlreadyThere(f"{draft.key} already exists.")
        self.put(draft.key, data, draft.groups, draft.content_type)


@dataclass
class Embedder:
    """Deterministic vectors of the text and the model, whose name ends with its dimensions."""

    step: Step = no_step
    model: str = "test-model/8"
    texts: list[str] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    """The error that a model raises, by its name."""

    async def __call__(self, texts: Sequence[str], model: str | None) -> Embeddings:
        await self.step("embed")
        self.texts += texts
        model = model or self.model
        if model in self.failing:
            raise self.failing[model]
        return Embeddings([vector(text, model) for text in texts], model)


def vector(text: str, model: str) -> array[float]:
    dimensions = int(model.rpartition("/")[2])
    values = [byte - 127.5 for byte in hashlib.sha256((model + text).encode()).digest()[:dimensions]]
    length = sum(value * value for value in values) ** 0.5
    return array("f", [value / length for value in values])


class ObservedStore:
    """A store that runs the step before each call."""

    def __init__(self, store: Store, step: Step) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def call(*args: Any) -> Any:
            await self._step(f"store.{name}")
            return await method(*args)

        return call


class InlineParser:
    """Parses in this process."""

    def __init__(self, step: Step) -> None:
        self._step = step

    async def parse(
        self, path: Path, name: str, content_type: str, chunkings: Collection[str]
    ) -> Parsed:
        await self._step("parse")
        return _parsed(parse(path, name, content_type, 1_000_000))

    @asynccontextmanager
    async def rechunk(
        self, manifest: Manifest, chunks: Collection[Chunk], chunkings: Collection[str]
    ) -> AsyncIterator[Parsed]:
        await self._step("rechunk")
        yield _parsed(reconstruct(manifest, list(chunks)))


def _parsed(document: Document) -> Parsed:
    return Parsed(
        document.title,
        document.content_type,
        lambda chunking: pieces(document, Chunking.parse(chunking)),
    )


class World:
    def __init__(
        self,
        folder: Path,
        step: Step = no_step,
        bucket: InMemoryBucket | None = None,
        store: Store | None = None,
    ) -> None:
        self.path = folder / "index.sqlite"
        self.store = store or SqliteStore(self.path)
        self.bucket = bucket or InMemoryBucket(step)
        self.embed = Embedder(step)
        self.step = step

    def reconciler(self, chunking: Chunking = CHUNKING, object_limit: int = 10_000) -> Reconciler:
        store: Store = ObservedStore(self.store, self.step)
        return Reconciler(
            self.bucket,
            store,
            InlineParser(self.step),
            Staging(store, self.embed, str(chunking), 2),
            object_limit=object_limit,
        )

    async def manifest(self, key: str) -> Manifest:
        found = await self.store.manifest(document_id(self.bucket.uri_of(key)))
        assert found is not None
        return found

    async def text(self, key: str) -> str:
        """The text of the document's chunks."""
        document = document_id(self.bucket.uri_of(key))
        return " ".join(chunk.text for chunk in await self.store.chunks(document, None))

    async def texts(self, key: str, generation: Generation) -> list[str]:
        """The document's chunks that a search of the generation finds, in order."""
        query = Query("", "vector", vector("", generation.recipe.model), generation.recipe.model, 100)
        found = await self.store.search(replace(query, index=generation.name))
        ours = [hit for hit in found.passages if hit.uri == self.bucket.uri_of(key)]
        return [hit.text for hit in sorted(ours, key=lambda hit: hit.start)]


async def converge(world: World, key: str = "a.md") -> str:
    return (await world.reconciler().converge(key)).state


def once(name: str, action: Callable[[], object]) -> Callable[[str], object]:
    """A step that runs `action` before the first call of `name`."""
    pending = [action]

    async def step(port: str) -> None:
        if port == name and pending:
            result = pending.pop()()
            if asyncio.iscoroutine(result):
                await result

    return step
