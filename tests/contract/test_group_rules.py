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


class Deployment:
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

    async def change_rules(self, rules: str) -> None:
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
async def deployment(tmp_path: Path, rig: Rig, store: Store) -> Deployment:
    deployment = Deployment(tmp_path, rig, store)
    for key in KEYS:
        await deployment.put(key)
    return deployment


async def test_the_rule_with_the_longest_prefix_applies(deployment: Deployment) -> None:
    assert await deployment.found() == await deployment.listed() == {"open.txt"}
    assert await deployment.found("hr") == await deployment.listed("hr") == {"open.txt", "hr/pay.txt"}
    assert await deployment.found("board") == {"open.txt", "hr/board/plan.txt"}
    assert await deployment.found("hr/", "HR", "hr,board", "*") == {"open.txt"}


async def test_changed_rules_take_effect_without_embedding(deployment: Deployment) -> None:
    embedded = len(deployment.world.embed.texts)
    await deployment.change_rules("open=hr; hr/pay=board")
    assert len(deployment.world.embed.texts) == embedded
    assert await deployment.found() == await deployment.listed() == {"hr/board/plan.txt"}
    assert await deployment.found("hr") == {"open.txt", "hr/board/plan.txt"}


async def test_metadata_overrides_the_rules(deployment: Deployment) -> None:
    await deployment.put("hr/pay.txt", groups=["works council"])
    assert await deployment.found("hr") == {"open.txt"}
    assert "hr/pay.txt" in await deployment.found("works council")
    await deployment.put("hr/pay.txt")
    assert "hr/pay.txt" in await deployment.found("hr")
    assert await deployment.found("works council") == {"open.txt"}


async def test_failures_of_restricted_documents_are_hidden(deployment: Deployment) -> None:
    await deployment.put("hr/pay.txt", "\x00\x01" * 500)
    assert (await deployment.world.manifest("hr/pay.txt")).state == "failed"
    assert "hr/pay.txt" not in await deployment.listed("board")
    assert "hr/pay.txt" in await deployment.listed("hr")


async def test_a_document_with_unknown_groups_is_hidden_from_everyone(deployment: Deployment) -> None:
    deployment.bucket.unusable.add("open.txt")
    await deployment.reconciler.converge("open.txt")
    assert await deployment.listed("hr", "board") == {"hr/pay.txt", "hr/board/plan.txt"}
    assert "open.txt" not in await deployment.found("hr", "board")
    deployment.bucket.unusable.clear()
    await deployment.reconciler.converge("open.txt")
    assert await deployment.found() == {"open.txt"}


async def test_a_deleted_restricted_document_stays_hidden(deployment: Deployment) -> None:
    deployment.bucket.delete("hr/board/plan.txt")
    await deployment.reconciler.converge("hr/board/plan.txt")
    assert "hr/board/plan.txt" not in await deployment.listed("hr")
