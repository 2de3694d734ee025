"""Group rules of the bucket, applied by ingest: a restricted document leaks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from footnote.groups import GroupRules
from footnote.store import Query, Store
from functions.ingest.reconciler import Reconciler
from tests.contract.rigs import Rig
from tests.unit.functions.ingest.world import World

RULES = "hr/=hr; hr/board/=board"
KEYS = ("open.txt", "hr/pay.txt", "hr/board/plan.txt")


class House:
    """A bucket with group rules, and the index that ingest makes of it."""

    def __init__(self, folder: Path, rig: Rig, store: Store) -> None:
        self.rig = rig
        self.world = World(folder, store=store)
        self.bucket = self.world.bucket
        self.bucket.rules = GroupRules.parse(RULES)
        self.reconciler: Reconciler = self.world.reconciler()

    async def put(self, key: str, text: str = "The heron fishes.", groups: Sequence[str] = ()) -> None:
        self.bucket.put(key, text, groups)
        await self.reconciler.converge(key)

    async def rule(self, rules: str) -> None:
        """Restart with other rules, and reconcile."""
        self.bucket.rules = GroupRules.parse(rules)
        for key in KEYS:
            await self.reconciler.converge(key)

    async def found(self, *groups: str) -> set[str]:
        """Keys that a reader finds by keyword and by vector search."""
        vector = (await self.world.embed(["The heron fishes."], None)).vectors[0]
        query = Query("heron", "hybrid", vector, self.world.embed.model, 20, groups=frozenset(groups))
        passages = (await self.world.store.search(query)).passages
        return {passage.uri.removeprefix("s3://docs/") for passage in passages}

    async def listed(self, *groups: str) -> set[str]:
        """Keys, titles and reasons of the documents that are listed for a reader."""
        self.rig.refresh()
        manifests = [found async for found in self.world.store.manifests()]
        return {found.key for found in manifests if found.readable_by(frozenset(groups))}


@pytest.fixture
async def house(tmp_path: Path, rig: Rig, store: Store) -> House:
    house = House(tmp_path, rig, store)
    for key in KEYS:
        await house.put(key)
    return house


async def test_the_longest_rule_decides(house: House) -> None:
    assert await house.found() == await house.listed() == {"open.txt"}
    assert await house.found("hr") == await house.listed("hr") == {"open.txt", "hr/pay.txt"}
    assert await house.found("board") == {"open.txt", "hr/board/plan.txt"}
    assert await house.found("hr/", "HR", "hr,board", "*") == {"open.txt"}


async def test_a_rule_that_changes_closes_and_opens_without_embedding(house: House) -> None:
    embedded = len(house.world.embed.texts)
    await house.rule("open=hr; hr/pay=board")
    assert len(house.world.embed.texts) == embedded
    assert await house.found() == await house.listed() == {"hr/board/plan.txt"}
    assert await house.found("hr") == {"open.txt", "hr/board/plan.txt"}


async def test_metadata_goes_before_the_rule_and_the_rule_returns_after_it(house: House) -> None:
    await house.put("hr/pay.txt", groups=["works council"])
    assert await house.found("hr") == {"open.txt"}
    assert "hr/pay.txt" in await house.found("works council")
    await house.put("hr/pay.txt")
    assert "hr/pay.txt" in await house.found("hr")
    assert await house.found("works council") == {"open.txt"}


async def test_why_a_closed_document_failed_is_not_for_others(house: House) -> None:
    await house.put("hr/pay.txt", "\x00\x01" * 500)
    assert (await house.world.manifest("hr/pay.txt")).state == "failed"
    assert "hr/pay.txt" not in await house.listed("board")
    assert "hr/pay.txt" in await house.listed("hr")


async def test_a_document_of_which_nobody_knows_the_readers_is_for_nobody(house: House) -> None:
    house.bucket.unusable.add("open.txt")
    await house.reconciler.converge("open.txt")
    assert await house.listed("hr", "board") == {"hr/pay.txt", "hr/board/plan.txt"}
    assert "open.txt" not in await house.found("hr", "board")
    house.bucket.unusable.clear()
    await house.reconciler.converge("open.txt")
    assert await house.found() == {"open.txt"}


async def test_a_deleted_document_stays_unknown_to_those_who_could_not_read_it(house: House) -> None:
    house.bucket.delete("hr/board/plan.txt")
    await house.reconciler.converge("hr/board/plan.txt")
    assert "hr/board/plan.txt" not in await house.listed("hr")
