"""Generations of chunks in Elasticsearch: one index each, with an alias for its role."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from footnote.concurrency.batching import Coalescer
from footnote.errors import Conflict, FootnoteError, InvalidRequest, Misconfigured
from footnote.store import Generation, Recipe
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.indices import Indices, add_alias, remove_alias
from footnote.store.elasticsearch.indices.schema import ALIAS_TIME, Names, write_alias
from footnote.store.generations import check_may_create_next, find, new_name

CACHE_SECONDS = 1.0
ALIAS_TAKEN = "more than one write index"
"""Part of the reason why an index is refused whose alias another index has."""


class Generations:
    def __init__(self, client: Client, names: Names, cooldown: float) -> None:
        self._indices = Indices(client, names)
        self._names = names
        self._cache: tuple[Generation, ...] = ()
        self._cached_at = -CACHE_SECONDS
        self._is_writable = False
        self._loading = Coalescer(self._load, cooldown=cooldown)
        self._creating = asyncio.Lock()

    async def cached(self) -> tuple[Generation, ...]:
        """All generations, cached for CACHE_SECONDS; a caller that meets another index calls `load`."""
        fresh = self._cache if time.monotonic() < self._cached_at + CACHE_SECONDS else ()
        return fresh or await self.load()

    async def load(self) -> tuple[Generation, ...]:
        """All generations as of now, the live one first; empty if none is live."""
        return await self._loading()

    async def _load(self) -> tuple[Generation, ...]:
        description = await self._indices.describe()
        self._is_writable = not any(self._unwritable(description))
        found = list(self._parse(description))
        live_count = sum(is_live for is_live, _ in found)
        if live_count > 1:
            raise Misconfigured(
                f"The alias {self._names.chunks} has several indices; remove it from all but one."
            )
        live_first = sorted(found, key=lambda each: not each[0])
        self._cache = tuple(generation for _, generation in live_first) if live_count else ()
        self._cached_at = time.monotonic()
        return self._cache

    async def ensure_live(self, recipe: Recipe) -> Generation:
        generations = await self.load()
        await self.ensure_writable()
        if not generations:
            await self._restore_alias()
            generations = await self.load()
        if not generations:
            refusal = await self._create(self._names.chunks, recipe)
            generations = await self.load()
            if not generations:
                raise FootnoteError(f"Elasticsearch refused to create an index: {refusal}.")
        return generations[0]

    async def create_next(self, recipe: Recipe) -> Generation:
        generations = await self.load()
        if found := find(generations, recipe):
            return found
        check_may_create_next(generations)
        refusal = await self._create(self._names.next, recipe)
        found = find(await self.load(), recipe)
        if found is None and refusal and ALIAS_TAKEN not in refusal:
            raise FootnoteError(f"Elasticsearch refused to create an index: {refusal}.")
        if found is None:
            raise Conflict("The new index was dropped right after it was created.")
        return found

    async def switch(self, generation: Generation) -> None:
        generations = await self.load()
        if generation.name not in {each.name for each in generations}:
            raise Conflict(f"The index {generation.name} no longer exists.")
        live = generations[0]
        if generation.name == live.name:
            return
        # Before the switch, so that a lifecycle policy never removes a live index.
        await self._indices.set_lifecycle(generation.name, {"name": None, "origination_date": None})
        now = datetime.now(UTC)
        if not await self._swap_aliases(live, generation, now):
            raise Conflict(
                f"Nothing was switched: another index went live, or {generation.name} was dropped."
            )
        replaced_at = int(now.timestamp() * 1000)
        policy = {"name": self._names.lifecycle, "origination_date": replaced_at}
        await self._indices.set_lifecycle(live.name, policy)

    async def _swap_aliases(self, live: Generation, next: Generation, now: datetime) -> bool:
        """Atomically make `next` live in place of `live`; returns False if either changed meanwhile."""
        roles = [self._names.next, f"{self._names.before}*"]
        swapped = await self._indices.update_aliases(
            [
                remove_alias(live.name, self._names.chunks),
                {"remove": {"index": next.name, "aliases": roles}},
                add_alias(next.name, self._names.chunks),
                add_alias(live.name, self._names.before + now.strftime(ALIAS_TIME)),
            ]
        )
        self._cached_at = -CACHE_SECONDS
        return swapped

    async def drop(self, generation: Generation) -> None:
        live = [each.name for each in (await self.load())[:1]]
        if generation.name in live:
            raise InvalidRequest(f"The index {generation.name} is live; it cannot be dropped.")
        # Removing and adding the live alias changes nothing, but fails with the rest if another index
        # went live meanwhile, which may be this one.
        still_live = [
            action
            for name in live
            for action in (remove_alias(name, self._names.chunks), add_alias(name, self._names.chunks))
        ]
        dropped = await self._indices.update_aliases(
            [*still_live, {"remove_index": {"index": generation.name}}]
        )
        self._cached_at = -CACHE_SECONDS
        if not dropped and generation.name in {each.name for each in await self.load()}:
            raise Conflict(f"{generation.name} was not dropped, since another index went live.")

    async def ensure_writable(self) -> None:
        """Create the shared indices and the write aliases that are missing.

        An index of an earlier version of the store has no write alias.
        """
        async with self._creating:
            if self._is_writable:
                return
            absent, without_alias = self._unwritable(await self._indices.describe())
            await asyncio.gather(*(self._indices.create_shared(name) for name in absent))
            added = [add_alias(index, write_alias(index)) for index in without_alias]
            self._is_writable = not added or await self._indices.update_aliases(added)

    def _unwritable(self, description: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """The shared indices that do not exist, and the indices that have no write alias."""
        shared = self._indices.shared
        absent = [name for name in shared if name not in description]
        generations = {each.name for _, each in self._parse(description)}
        without_alias = [
            index
            for index in {*shared, *generations} & description.keys()
            if write_alias(index) not in description[index].get("aliases", {})
        ]
        return absent, without_alias

    async def _restore_alias(self) -> None:
        """Give the live alias back to the only generation that has no alias for a role, if there is one.

        Raises Misconfigured if there are several.
        """
        description = await self._indices.describe()
        known = {each.name for _, each in self._parse(description)}
        lost = [index for index in description.keys() - known if _has_recipe(description[index])]
        if len(lost) > 1:
            raise Misconfigured(
                f"The alias {self._names.chunks} is missing, and several indices may have had it: "
                f"{', '.join(sorted(lost))}. Add it to the right one, or delete the others."
            )
        if lost:
            await self._indices.update_aliases([add_alias(lost[0], self._names.chunks)])

    async def _create(self, alias: str, recipe: Recipe) -> str:
        """Create a generation behind the alias. Returns why it was refused, "" if it was not."""
        return await self._indices.create_generation(new_name(self._names.chunks), alias, recipe)

    def _parse(self, description: Mapping[str, Any]) -> Iterator[tuple[bool, Generation]]:
        """Each generation, and whether it is live; indices without an alias for a role are left out."""
        for index, body in description.items():
            for alias in body.get("aliases", {}):
                if alias == self._names.chunks:
                    yield True, _generation(index, body, None)
                elif alias == self._names.next:
                    yield False, _generation(index, body, None)
                elif alias.startswith(self._names.before):
                    replaced_at = datetime.strptime(alias.removeprefix(self._names.before), ALIAS_TIME)
                    yield False, _generation(index, body, replaced_at.replace(tzinfo=UTC))


def _has_recipe(body: Any) -> bool:
    """Whether the index was created as a generation, and not by a stray write."""
    metadata: Mapping[str, Any] = body.get("mappings", {}).get("_meta", {})
    return {*Recipe._fields} <= metadata.keys()


def _generation(index: str, body: Any, live_until: datetime | None) -> Generation:
    if not _has_recipe(body):
        raise Misconfigured(
            f"The index {index} has an alias of Footnote, which did not make it: remove its aliases, or "
            "delete it."
        )
    metadata = body["mappings"]["_meta"]
    return Generation(index, Recipe(*(metadata[name] for name in Recipe._fields)), live_until)
