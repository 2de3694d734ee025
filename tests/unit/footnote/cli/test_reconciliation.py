"""Reconciling through a broker that accepts events without a subscriber."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from footnote.bucket.folder import Folder
from footnote.cli.confirmation import Confirmation
from footnote.cli.index import opened
from footnote.cli.reconciliation import ingest, list_differences, reconcile
from footnote.cli.summaries import NO_DRIFT
from footnote.errors import Unavailable
from footnote.local.broker import WINDOW
from footnote.local.instance import lock
from footnote.settings import Settings
from footnote.store import Recipe, Store, document_id
from footnote.store.elasticsearch.indices.vector_index import GRAPH_THRESHOLD
from footnote.text.chunking import Chunking
from tests.embeddings import embeddings
from tests.unit.footnote.manifests import commit_all, commit_manifest, make_manifest

KEYS = ["a.md", "b.md", "c.md"]
CHUNKING = "wordpieces-250-50-named"


@dataclass
class LossyBroker:
    """Loses its first `lost` events. Later ones are handled by removing the object, except those about
    the key `ignored`."""

    bucket: Path
    lost: int
    ignored: str = ""
    keys: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    """Uris of the objects of cloud buckets. Their documents are deleted in the `store`."""
    store: Store | None = None

    async def take(self, request: web.Request) -> web.Response:
        data = await request.json()
        key = data["key"]
        if not data["bucket"].startswith("file://"):
            await self._remove(f"{data['bucket']}/{key}")
            return web.Response(status=202)
        self.keys.append(key)
        self.reasons.append(data["why"])
        if len(self.keys) > self.lost and key != self.ignored:
            (self.bucket / key).unlink(missing_ok=True)
        return web.Response(status=202)

    async def _remove(self, uri: str) -> None:
        self.former.append(uri)
        if self.store and len(self.former) > self.lost:
            manifest = await self.store.manifest(document_id(uri))
            assert manifest is not None
            await self.store.commit(replace(manifest, state="deleted", sequence=2))


async def embed(_: web.Request) -> web.Response:
    return web.json_response(embeddings([[1.0, 0.0, 0.0]], "a-model/3"))


@pytest.fixture
async def broker(tmp_path: Path) -> LossyBroker:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    for key in KEYS:
        (bucket / key).write_text(key)
    return LossyBroker(bucket, lost=0)


@pytest.fixture
async def settings(broker: LossyBroker, tmp_path: Path) -> AsyncIterator[Settings]:
    app = web.Application()
    app.router.add_post("/", broker.take)
    app.router.add_post("/v1/embeddings", embed)
    async with TestServer(app) as server:
        url = str(server.make_url("/"))
        urls = {"ingest_url": url, "embed_url": url.rstrip("/")}
        yield Settings(state=tmp_path / "state", bucket=str(broker.bucket), **urls)


async def test_events_without_a_subscriber_are_resent(broker: LossyBroker, settings: Settings) -> None:
    broker.lost = 5
    assert await reconcile(settings, Confirmation(resend_after=0.05, poll_interval=0.01)) == 0
    assert sorted(broker.keys[:3]) == KEYS
    assert not list(broker.bucket.iterdir())


async def test_handled_events_are_sent_once(broker: LossyBroker, settings: Settings) -> None:
    assert await reconcile(settings, Confirmation(resend_after=60)) == 0
    assert sorted(broker.keys) == KEYS


@pytest.mark.parametrize("lost", [0, 3])
async def test_one_handled_event_of_the_sample_is_enough(
    broker: LossyBroker, settings: Settings, lost: int
) -> None:
    broker.lost, broker.ignored = lost, KEYS[0]
    assert await reconcile(settings, Confirmation(timeout=5, resend_after=0.05, poll_interval=0.01)) == 0
    assert [file.name for file in broker.bucket.iterdir()] == [broker.ignored]


async def test_events_about_a_large_bucket_wait_until_those_before_are_handled(
    broker: LossyBroker, settings: Settings
) -> None:
    broker.lost = 1_000_000
    for number in range(3 * WINDOW):
        (broker.bucket / f"{number}.md").touch()
    reconciling = asyncio.create_task(reconcile(settings, Confirmation(resend_after=60)))
    seen = -1
    while len(broker.keys) < WINDOW or len(broker.keys) > seen:
        seen = len(broker.keys)
        await asyncio.sleep(1)
    assert seen <= 2 * WINDOW
    for file in broker.bucket.iterdir():
        file.unlink()
    assert await reconciling == 0
    assert len(broker.keys) == 3 * WINDOW + len(KEYS)


async def test_unchanged_documents_are_read_again_on_demand_at_the_pace_of_ingest(
    broker: LossyBroker, settings: Settings
) -> None:
    folder = Folder(broker.bucket)
    for number in range(WINDOW - len(KEYS)):
        (broker.bucket / f"{number}.md").touch()
    async with opened(settings) as store:
        await store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
        await commit_all(folder, store)
        assert await reconcile(settings, Confirmation(resend_after=60)) == 0
        assert broker.keys == []
        broker.lost = 1_000_000
        rereading = asyncio.create_task(reconcile(settings, reread=True))
        while len(broker.keys) < WINDOW and not rereading.done():
            await asyncio.wait([rereading], timeout=0.1)
        await asyncio.wait([rereading], timeout=1)
        assert not rereading.done()
        async for info in folder.list():
            before = await store.manifest(document_id(folder.uri_of(info.key)))
            assert before is not None
            await store.commit(replace(before, sequence=2, version="00000002.none"))
    assert await rereading == 0
    assert sorted(broker.keys) == sorted(file.name for file in broker.bucket.iterdir())
    assert set(broker.reasons) == {"reread"}


async def test_the_index_is_made_before_any_event_is_sent(
    broker: LossyBroker, settings: Settings
) -> None:
    broker.lost = 1_000_000
    with pytest.raises(Unavailable):
        await reconcile(settings, Confirmation(timeout=0.2, resend_after=0.05, poll_interval=0.01))
    async with opened(settings) as store:
        live = await store.live()
    assert live is not None
    assert live.recipe == Recipe("a-model/3", 3, str(Chunking.from_settings(settings)))


async def test_differences_are_listed_without_sending_events(
    broker: LossyBroker, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(settings) as store:
        await store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
    assert await list_differences(settings) == 1
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == KEYS
    for file in broker.bucket.iterdir():
        file.unlink()
    assert await list_differences(settings) == 0
    assert capsys.readouterr().out == f"{NO_DRIFT}\n"
    assert broker.keys == []


async def test_documents_of_a_former_bucket_are_counted(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(settings) as store:
        await store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
        await commit_manifest(store, "s3://former/a.md", "a.md", "x")
    await reconcile(settings)
    said = capsys.readouterr().err
    assert "which are in the same index: 1 of s3://former. `footnote reconcile` removes those" in said


async def test_only_the_documents_of_former_buckets_that_a_setting_names_are_to_be_removed(
    broker: LossyBroker, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    named = settings.model_copy(update={"former_buckets": "s3://former, s3://former-too/"})
    async with opened(settings) as broker.store:
        await broker.store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
        for bucket in ("s3://former", "s3://former-too", "s3://other"):
            await commit_manifest(broker.store, f"{bucket}/x/y.md", "x/y.md", "x")
        assert await reconcile(named) == 0
    assert set(broker.former) == {"s3://former/x/y.md", "s3://former-too/x/y.md"}
    assert "Former buckets: 2 accepted\n" in capsys.readouterr().out


async def test_the_first_document_of_a_former_bucket_is_removed_before_the_others_are_published(
    broker: LossyBroker, settings: Settings
) -> None:
    broker.lost = 2  # taken by a revision of ingest that still follows the bucket
    keys = [f"{number}.md" for number in range(9)]
    named = settings.model_copy(update={"former_buckets": "s3://former"})
    async with opened(settings) as broker.store:
        await broker.store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
        for key in keys:
            await commit_manifest(broker.store, f"s3://former/{key}", key, "x")
        assert await reconcile(named, Confirmation(resend_after=0.05, poll_interval=0.01)) == 0
    assert len(set(broker.former[:3])) == 1
    assert sorted(broker.former[2:]) == [f"s3://former/{key}" for key in keys]


async def test_documents_that_lost_chunks_are_read_again(
    broker: LossyBroker, settings: Settings
) -> None:
    folder = Folder(broker.bucket)
    async with opened(settings) as store:
        live = await store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
        async for info in folder.list():
            counts = {live.name: 1} if info.key == KEYS[0] else {}
            uri = folder.uri_of(info.key)
            await store.commit(make_manifest(uri, info.key, info.etag, chunk_counts=counts))
    broker.ignored = KEYS[0]
    confirmation = Confirmation(timeout=5, resend_after=0.05, poll_interval=0.01)
    with pytest.raises(Unavailable):
        await reconcile(settings, confirmation)
    assert {*broker.keys} == {KEYS[0]}
    assert {*broker.reasons} == {"lost"}


async def test_an_expired_index_is_removed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(settings) as store:
        await store.ensure_live(Recipe("old/3", 3, CHUNKING))
        await store.switch(await store.create_next(Recipe("a-model/3", 3, CHUNKING)))
    for days, kept in ((7, ["a-model/3", "old/3"]), (0, ["a-model/3"])):
        aging = settings.model_copy(update={"index_days": days})
        assert await reconcile(aging, Confirmation(resend_after=60)) == 0
        async with opened(settings) as store:
            assert [each.recipe.model for each in await store.generations()] == kept
    assert capsys.readouterr().out.count("Removed the index") == 1


async def test_an_index_that_has_become_large_gets_a_graph(
    settings: Settings, elasticsearch_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"test-{uuid.uuid4().hex[:12]}"
    known = {"store": "elasticsearch", "elasticsearch_url": elasticsearch_url, "index": name}
    settings = settings.model_copy(update=known)
    async with opened(settings) as store:
        live = await store.ensure_live(Recipe("a-model/3", 3, CHUNKING))
    chunk = {"_source": {"document": "0", "version": "0", "vector": [1, 0, 0]}}
    with Elasticsearch(elasticsearch_url, request_timeout=60) as admin:
        bulk(admin, repeat(chunk, GRAPH_THRESHOLD), index=live.name, chunk_size=2_000, refresh=True)
        for _ in range(2):
            assert await reconcile(settings, Confirmation(resend_after=60)) == 0
        admin.indices.delete(index=[*admin.indices.get(index=f"{name}-*")])
    assert capsys.readouterr().out.count(f"{live.name} has become large") == 1


async def test_ingesting_a_folder_keeps_the_report_on_the_whole_bucket(
    broker: LossyBroker, settings: Settings
) -> None:
    assert await reconcile(settings, Confirmation(resend_after=60)) == 0
    async with opened(settings) as store:
        before = await store.drift_report()
    folder = broker.bucket / "folder"
    folder.mkdir()
    (folder / "d.md").write_text("d")
    with lock(settings.state) as publish:
        publish({"ingest_url": settings.ingest_url})
        assert await ingest(settings, folder) == 0
    assert broker.keys[len(KEYS) :] == ["folder/d.md"]
    async with opened(settings) as store:
        assert await store.drift_report() == before
    assert before is not None
    assert before.new == len(KEYS)


async def test_events_that_are_never_handled_are_given_up(
    broker: LossyBroker, settings: Settings
) -> None:
    broker.lost = 1_000_000
    with pytest.raises(Unavailable, match="none was handled"):
        await reconcile(settings, Confirmation(timeout=0.2, resend_after=0.05, poll_interval=0.01))
