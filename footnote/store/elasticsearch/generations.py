"""Generations of chunks in Elasticsearch: an index each, and an alias that says what it is for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from footnote.concurrency.batching import Coalescer
from footnote.errors import Conflict, FootnoteError, InvalidRequest, Misconfigured
from footnote.store import Generation
from footnote.store.elasticsearch import schema
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.refusals import reason
from footnote.store.elasticsearch.schema import Names, writing
from footnote.store.elasticsearch.wire import target
from footnote.store.generations import check_room, made_of, new_name

MEMORY = 1.0
"""Seconds."""
KNOWN = "*.aliases,*.mappings._meta,*.settings.index.uuid"
"""What to be told of an index: the last is said of any."""
MADE_WITH = ("model", "dimensions", "chunking")
TAKEN = "more than one write index"
"""In the reason why an index is refused whose alias another has."""
STAMP = "%Y%m%dt%H%M%S"


class Generations:
    """What is kept is remembered for a moment; whoever sees another index answer calls `load`."""

    def __init__(self, client: Client, names: Names, rest: float) -> None:
        self._client = client
        self._names = names
        self._kept: tuple[Generation, ...] = ()
        self._loaded = -MEMORY
        self._ready = False
        self._loading = Coalescer(self._load, cooldown=rest)
        self._making = asyncio.Lock()

    async def kept(self) -> tuple[Generation, ...]:
        """As of a moment ago."""
        remembered = self._kept if time.monotonic() < self._loaded + MEMORY else ()
        return remembered or await self.load()

    async def load(self) -> tuple[Generation, ...]:
        """Those that are kept now, the live one first."""
        return await self._loading()

    async def _load(self) -> tuple[Generation, ...]:
        answer = await self._there()
        self._ready = not any(self._unready(answer))
        found = list(self._read(answer))
        count = sum(live for live, _ in found)
        if count > 1:
            raise Misconfigured(f"The alias {self._names.chunks} names several indices; leave it one.")
        kept = tuple(generation for _, generation in sorted(found, key=lambda each: not each[0]))
        self._loaded = time.monotonic()
        self._kept = kept if count else ()
        return self._kept

    async def prepare(self, model: str, dimensions: int, chunking: str) -> Generation:
        kept = await self.load()
        await self.make_ready()
        if not kept:
            await self._restore()
            kept = await self.load()
        if not kept:
            refused = await self._make(self._names.chunks, model, dimensions, chunking)
            kept = await self.load()
            if not kept:
                raise FootnoteError(f"Elasticsearch refuses to make an index: {refused}.")
        return kept[0]

    async def begin(self, model: str, dimensions: int, chunking: str) -> Generation:
        kept = await self.load()
        if found := made_of(kept, model, dimensions, chunking):
            return found
        check_room(kept)
        refused = await self._make(self._names.next, model, dimensions, chunking)
        found = made_of(await self.load(), model, dimensions, chunking)
        if found is None and refused and TAKEN not in refused:
            raise FootnoteError(f"Elasticsearch refuses to make an index: {refused}.")
        if found is None:
            raise Conflict("Somebody dropped the index that was just made.")
        return found

    async def switch(self, generation: Generation) -> None:
        kept = await self.load()
        if generation.name not in {each.name for each in kept}:
            raise Conflict(f"The index {generation.name} is kept no longer.")
        live = kept[0]
        if generation.name == live.name:
            return
        # Before it is live: so no policy ever removes a live one.
        await self._set_lifecycle(generation, {"name": None, "origination_date": None})
        now = datetime.now(UTC)
        before = self._names.before + now.strftime(STAMP)
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.update_aliases(
                actions=[
                    {"remove": {"index": live.name, "alias": self._names.chunks, "must_exist": True}},
                    {"remove": {"index": generation.name, "aliases": self._others}},
                    {"add": _alias(generation.name, self._names.chunks)},
                    {"add": _alias(live.name, before)},
                ]
            ),
            known=(404,),
        )
        self._loaded = -MEMORY
        if "error" in answer:
            raise Conflict(f"Another index went live meanwhile, or {generation.name} was dropped.")
        since = int(now.timestamp() * 1000)
        await self._set_lifecycle(live, {"name": self._names.lifecycle, "origination_date": since})

    async def drop(self, generation: Generation) -> None:
        live = [each.name for each in (await self.load())[:1]]
        if generation.name in live:
            raise InvalidRequest(f"The index {generation.name} is live; it cannot be dropped.")
        # Only while the live one is: so one that goes live meanwhile is not removed.
        actions = [action for name in live for action in self._if_live(name)]
        actions.append({"remove_index": {"index": generation.name}})
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.update_aliases(actions=actions), known=(404,)
        )
        self._loaded = -MEMORY
        if "error" in answer and generation.name in {each.name for each in await self.load()}:
            raise Conflict(f"Another index went live while {generation.name} was to be dropped.")

    async def make_ready(self) -> None:
        """Make the indices that all generations share, where they are not, and the alias by which each
        index is written, where it is not: a store of before has none."""
        async with self._making:
            if self._ready:
                return
            absent, unwritable = self._unready(await self._there())
            await asyncio.gather(*(self._make_index(name, self._common[name]) for name in absent))
            self._ready = await self._give({index: writing(index) for index in unwritable})

    async def _there(self) -> Any:
        """Those of our indices that are there, and what there is to know of them."""
        names = ",".join([f"{self._names.chunks}-*", *self._common])
        where = target(names, ignore_unavailable="true", filter_path=KNOWN)
        return await self._client("GET", where)

    def _unready(self, answer: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """The common indices that are not there, and the indices without an alias to be written by."""
        there = {*self._common, *(each.name for _, each in self._read(answer))} & answer.keys()
        without = [index for index in there if writing(index) not in answer[index].get("aliases", {})]
        return [name for name in self._common if name not in answer], without

    async def _restore(self) -> None:
        """Have searches use again what only lost its alias: a generation that is nothing else.

        Raises Misconfigured where that may be one of several.
        """
        answer = await self._there()
        kept = {each.name for _, each in self._read(answer)}
        lost = [index for index in answer.keys() - kept if _is_generation(answer[index])]
        if len(lost) > 1:
            raise Misconfigured(
                f"The alias {self._names.chunks} is gone, and may be of {' or '.join(sorted(lost))}: "
                "give it to the one that is right, or remove the others."
            )
        await self._give(dict.fromkeys(lost, self._names.chunks))

    async def _give(self, aliases: Mapping[str, str]) -> bool:
        """Give each of the indices its alias; whether all were there."""
        actions = [{"add": _alias(*each)} for each in aliases.items()]
        if not actions:
            return True
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.update_aliases(actions=actions), known=(404,)
        )
        return "error" not in answer

    @property
    def _common(self) -> dict[str, dict[str, Any]]:
        """The mappings of the indices that all generations share."""
        return {self._names.manifests: schema.MANIFESTS, self._names.ledger: schema.LEDGER}

    @property
    def _others(self) -> list[str]:
        return [self._names.next, f"{self._names.before}*"]

    def _if_live(self, index: str) -> list[dict[str, Any]]:
        """Changes of aliases that change nothing, and fail together with all others where it is not."""
        alias = {"index": index, "alias": self._names.chunks}
        return [{"remove": {**alias, "must_exist": True}}, {"add": _alias(**alias)}]

    async def _make(self, alias: str, model: str, dimensions: int, chunking: str) -> str:
        """Make a generation behind the alias. Returns why it was refused, "" where it was not.

        Of several processes that do this, one succeeds: an alias has one index to write to.
        """
        made_with = {"model": model, "dimensions": dimensions, "chunking": chunking}
        return await self._create(
            new_name(self._names.chunks),
            alias,
            settings=schema.SETTINGS,
            mappings=schema.chunks(dimensions, made_with),
        )

    async def _make_index(self, name: str, mappings: dict[str, Any]) -> None:
        """Make the index, unless another process makes it first."""
        error = await self._create(name, settings=schema.COMMON, mappings=mappings)
        if error and "already exists" not in error:
            raise FootnoteError(f"Elasticsearch refuses to make {name}: {error}.")

    async def _create(self, name: str, alias: str = "", **body: Any) -> str:
        """Make an index. Returns why it was refused, "" where it was not; a taken alias is a 500."""
        aliases = {each: {"is_write_index": True} for each in (alias, writing(name)) if each}
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.create(index=name, aliases=aliases, **body),
            known=(400, 500),
        )
        return reason(answer["error"]) if "error" in answer else ""

    async def _set_lifecycle(self, generation: Generation, settings: dict[str, Any]) -> None:
        """Where there is no lifecycle management, its settings are unknown, and nothing is to be set."""
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.put_settings(
                index=generation.name, settings={"index.lifecycle": settings}
            ),
            known=(400,),
        )

    def _read(self, answer: Mapping[str, Any]) -> Iterator[tuple[bool, Generation]]:
        """Whether it is live, and the generation; an index without our aliases is none."""
        for index, body in answer.items():
            for alias in body.get("aliases", {}):
                if alias == self._names.chunks:
                    yield True, _generation(index, body, None)
                elif alias == self._names.next:
                    yield False, _generation(index, body, None)
                elif alias.startswith(self._names.before):
                    stamp = datetime.strptime(alias.removeprefix(self._names.before), STAMP)
                    yield False, _generation(index, body, stamp.replace(tzinfo=UTC))


def _alias(index: str, alias: str) -> dict[str, Any]:
    return {"index": index, "alias": alias, "is_write_index": True}


def _is_generation(body: Any) -> bool:
    """Whether the index was made as one, and not by whoever wrote to it."""
    made_with: Mapping[str, Any] = body.get("mappings", {}).get("_meta", {})
    return {*MADE_WITH} <= made_with.keys()


def _generation(index: str, body: Any, live_until: datetime | None) -> Generation:
    made_with = body["mappings"]["_meta"]
    model, dimensions, chunking = (made_with[name] for name in MADE_WITH)
    return Generation(index, model, dimensions, chunking, live_until)
