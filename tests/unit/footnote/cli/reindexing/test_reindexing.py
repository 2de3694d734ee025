"""Replacing the live generation."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from footnote.cli.index import opened
from footnote.cli.reindexing import Target, reindex
from footnote.errors import InvalidRequest
from footnote.settings import Settings
from footnote.store import SQLITE_FILE, Recipe
from tests.embeddings import embeddings
from tests.unit.footnote.local.receiver import Receiver
from tests.unit.footnote.manifests import make_manifest

LIVE, NEXT, GONE = "live/2", "next/2", "gone/2"
URI = "s3://docs/bad.pdf"


async def embed(request: web.Request) -> web.Response:
    asked = await request.json()
    if asked["model"] == GONE:
        return web.json_response({"error": {"message": "There is no model gone."}}, status=404)
    return web.json_response(embeddings([[1.0, 0.0]] * len(asked["input"]), asked["model"]))


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[Settings]:
    """The settings of an index without documents, with an ingest that indexes nothing."""
    app = web.Application()
    app.router.add_post("/", Receiver().take)
    app.router.add_post("/v1/embeddings", embed)
    async with TestServer(app) as server:
        url = str(server.make_url("/"))
        settings = Settings(state=tmp_path, ingest_url=url, embed_url=url.rstrip("/"))
        async with opened(settings) as store:
            await store.ensure_live(Recipe(LIVE, 2, "wordpieces-250-50-named"))
        yield settings


async def models(settings: Settings) -> list[str]:
    """The models of the generations that are kept, the live one first."""
    async with opened(settings) as store:
        return [each.recipe.model for each in await store.generations()]


async def commit_document(settings: Settings, with_chunks: bool) -> None:
    """Commit a document to the live generation, with or without chunks."""
    async with opened(settings) as store:
        live = await store.live()
        assert live is not None
        optional = [each.name for each in (await store.generations())[1:]]
        await store.commit(
            make_manifest(URI, "bad.pdf", chunk_counts={live.name: 1} if with_chunks else {}), optional
        )


@pytest.mark.parametrize(("confirmed", "kept"), [(False, [LIVE, NEXT]), (True, [NEXT, LIVE])])
async def test_the_switch_needs_confirmation(
    settings: Settings, capsys: pytest.CaptureFixture[str], confirmed: bool, kept: list[str]
) -> None:
    assert await reindex(settings, Target(NEXT), lambda: confirmed) == 0
    assert await models(settings) == kept
    said = (
        "Answers now come from next/2"
        if confirmed
        else "Nothing was switched; both indices are kept up to date"
    )
    assert said in capsys.readouterr().out


async def test_a_failed_document_prevents_the_switch_and_its_reason_is_printed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await commit_document(settings, with_chunks=True)
    assert await reindex(settings, Target(NEXT), lambda: True) == 1
    assert await models(settings) == [LIVE, NEXT]
    told = capsys.readouterr()
    assert f"{URI}: It is encrypted." in told.err
    assert "1 documents could not be indexed, so nothing was switched" in told.out


async def test_rollback_to_a_generation_without_its_model_is_refused(settings: Settings) -> None:
    async with opened(settings) as store:
        live = await store.live()
        assert live is not None
        await store.switch(gone := await store.create_next(Recipe(GONE, 2, "halves")))
        await store.switch(live)
    await commit_document(settings, with_chunks=True)
    with pytest.raises(InvalidRequest, match=f"{gone.name} of {GONE} lacks 1 documents.*no model gone"):
        await reindex(settings, Target(rollback=True), lambda: True)
    assert await models(settings) == [LIVE, GONE]


async def test_a_document_that_became_missing_before_the_switch_prevents_it(settings: Settings) -> None:
    await commit_document(settings, with_chunks=False)

    def confirmed() -> bool:
        """A writer that began before the next generation commits now, as Elasticsearch allows."""
        with closing(sqlite3.connect(settings.state / SQLITE_FILE)) as index, index:
            [live] = index.execute("SELECT name FROM generations WHERE model = ?", (LIVE,)).fetchone()
            index.execute("UPDATE manifests SET held = ?", (json.dumps({live: 1}),))
        return True

    with pytest.raises(InvalidRequest, match="run the command again"):
        await reindex(settings, Target(NEXT), confirmed)
    assert await models(settings) == [LIVE, NEXT]
