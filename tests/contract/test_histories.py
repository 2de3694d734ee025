"""Random histories of writers that may be killed: readers see the last commit."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from footnote.errors import Conflict
from footnote.store import Generation, Manifest, Store, document_id
from tests.contract.rigs import Rig
from tests.contract.samples import ask, chunks, following, key, unknown, uri, without_content

DOCUMENTS = ["a.txt", "b.txt"]

Step = tuple[int, str, str]
steps = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["look", "stage", "commit", "delete", "die"]),
    st.sampled_from(DOCUMENTS),
)


@dataclass
class Writer:
    """A process that is replacing documents: the manifests it read, and those it staged."""

    looked: dict[str, Manifest] = field(default_factory=dict)
    staged: dict[str, tuple[Manifest, list[str]]] = field(default_factory=dict)


class History:
    def __init__(self, store: Store, generation: Generation) -> None:
        self.store = store
        self.generation = generation
        self.folder = uuid.uuid4().hex
        self.writers = [Writer(), Writer(), Writer()]
        self.committed: dict[str, list[str]] = {}
        self.count = 0

    async def take(self, step: Step) -> None:
        number, action, name = step
        await getattr(self, action)(self.writers[number], number, f"{self.folder}/{name}")

    async def look(self, writer: Writer, _: int, name: str) -> None:
        writer.looked[name] = await self.store.manifest(document_id(uri(name))) or unknown(name)
        writer.staged.pop(name, None)

    async def stage(self, writer: Writer, number: int, name: str) -> None:
        if name not in writer.looked:
            return
        self.count += 1
        texts = [f"Heron {self.count} of {number}, {part}." for part in range(self.count % 3 + 1)]
        manifest = following(writer.looked[name], self.generation, texts)
        with suppress(Conflict):
            await self.store.stage(manifest, chunks(texts), self.generation)
        writer.staged[name] = manifest, texts

    async def commit(self, writer: Writer, _: int, name: str) -> None:
        if name not in writer.staged:
            return
        manifest, texts = writer.staged.pop(name)
        del writer.looked[name]
        try:
            await self.store.commit(manifest)
            self.committed[name] = texts
        except Conflict:
            await self.store.discard(manifest)

    async def delete(self, writer: Writer, _: int, name: str) -> None:
        if name not in writer.looked:
            return
        writer.staged.pop(name, None)
        try:
            await self.store.commit(without_content(writer.looked.pop(name)))
            self.committed.pop(name, None)
        except Conflict:
            pass

    async def die(self, writer: Writer, *_: Any) -> None:
        writer.looked.clear()
        writer.staged.clear()

    async def seen(self) -> dict[str, list[str]]:
        seen: dict[str, list[str]] = {}
        for passage in (await ask(self.store, "heron", top_k=50, prefix=self.folder)).passages:
            seen.setdefault(key(passage), []).append(passage.text)
        return {name: sorted(texts) for name, texts in seen.items()}

    async def settle(self) -> None:
        """Commit every document once more without other writers, as a reconciliation does."""
        for name in DOCUMENTS:
            step_name = f"{self.folder}/{name}"
            await self.look(Writer(), 0, step_name)
            for action in ("look", "stage", "commit"):
                await self.take((0, action, name))


async def check(store: Store, generation: Generation, rig: Rig, history: list[Step]) -> None:
    run = History(store, generation)
    for step in history:
        await run.take(step)
        assert await run.seen() == run.committed
    await run.settle()
    assert await run.seen() == run.committed
    held = {name: rig.stored_chunks(document_id(uri(name))) for name in run.committed}
    assert held == {name: len(texts) for name, texts in run.committed.items()}


@given(history=st.lists(steps, max_size=25))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
async def test_any_history(store: Store, generation: Generation, rig: Rig, history: list[Step]) -> None:
    await check(store, generation, rig, history)
