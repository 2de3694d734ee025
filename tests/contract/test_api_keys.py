"""API keys of Elasticsearch with the privileges of a writer, a reader and an operator."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AuthorizationException, BadRequestError, Elasticsearch

from footnote.contracts import DriftReport
from footnote.errors import Conflict, Unavailable
from footnote.settings import Settings
from footnote.store import Store, open_store
from footnote.store.elasticsearch.indices.schema import write_alias
from tests.contract.rigs import ElasticsearchRig
from tests.contract.samples import (
    NOON,
    RECIPE,
    ask,
    chunks,
    following,
    put,
    texts,
    unknown,
    without_content,
)

SECRET = "elasticsearch-api-key"
FILES = Path(__file__).parents[2] / "eck" / "files"


@pytest.fixture
def rig(elasticsearch_url: str, tmp_path: Path) -> Iterator[ElasticsearchRig]:
    rig = ElasticsearchRig(elasticsearch_url, tmp_path / "secrets")
    yield rig
    rig.drop()


def file(name: str, values: Mapping[str, str]) -> Any:
    """A JSON file of the chart for Elasticsearch, with these values filled in."""
    text = (FILES / name).read_text()
    for value, given in values.items():
        text = text.replace(f"{{{{ .Values.{value} }}}}", given)
    return json.loads(text)


def make_key(admin: Elasticsearch, name: str, prefix: str) -> str:
    try:
        made = admin.security.create_api_key(
            name=f"{prefix}-{name}", role_descriptors=file(f"{name}.json", {"index": prefix})
        )
    except BadRequestError as error:
        pytest.skip(f"This Elasticsearch has no security: {error.message}.")
    return str(made["encoded"])


def with_key(rig: ElasticsearchRig, name: str, folder: Path, prefix: str = "") -> Settings:
    """Settings with a key for the rig's indices, or for those of another prefix."""
    folder.mkdir()
    (folder / SECRET).write_text(make_key(rig.admin, name, prefix or rig.settings.index) + "\n")
    return rig.settings.model_copy(update={"secrets": folder})


@pytest.fixture
async def writer(rig: ElasticsearchRig, tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(with_key(rig, "writer", tmp_path / "writer"))
    yield store
    await store.close()


@pytest.fixture
async def reader(rig: ElasticsearchRig, tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(with_key(rig, "reader", tmp_path / "reader"))
    yield store
    await store.close()


@pytest.fixture
async def stranger(rig: ElasticsearchRig, tmp_path: Path) -> AsyncIterator[Store]:
    """The store with a key for the indices of another installation."""
    store = open_store(with_key(rig, "reader", tmp_path / "stranger", f"{rig.settings.index}-other"))
    yield store
    await store.close()


@pytest.fixture
async def operator(rig: ElasticsearchRig, tmp_path: Path) -> AsyncIterator[Store]:
    """The store with the key of an operator, who runs `footnote reindex`."""
    store = open_store(with_key(rig, "operator", tmp_path / "operator"))
    yield store
    await store.close()


async def test_a_reader_finds_what_a_writer_commits(
    writer: Store, reader: Store, operator: Store, rig: ElasticsearchRig
) -> None:
    generation = await operator.ensure_live(RECIPE)
    await put(writer, generation, "a.txt", "The heron fishes.", "It waits.")
    killed = following(unknown("b.txt"), generation, ["Never committed."])
    await writer.stage(killed, chunks(["Never committed."]), generation)
    manifest = await put(writer, generation, "b.txt", "The otter swims.")
    assert set(await texts(reader, "heron otter")) == {
        "The heron fishes.",
        "It waits.",
        "The otter swims.",
    }
    assert rig.stored_chunks(manifest.id) == 1
    assert len(await reader.chunks(manifest.id, None)) == 1
    rig.refresh()
    assert len([manifest async for manifest in reader.manifests()]) == 2
    await reader.ping()
    await writer.commit(without_content(manifest))
    assert rig.stored_chunks(manifest.id) == 0


async def test_a_writer_may_not_search(writer: Store, operator: Store) -> None:
    await operator.ensure_live(RECIPE)
    with pytest.raises(Unavailable, match="unauthorized"):
        await ask(writer, "heron")


async def test_a_key_for_other_indices_is_refused_before_and_after_the_first_document(
    stranger: Store, operator: Store
) -> None:
    """Elasticsearch leaves out of a list what the key may not see."""
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"not show the indices of FOOTNOTE_INDEX=.* unauthorized"):
            await stranger.live()
        await operator.ensure_live(RECIPE)


async def test_a_key_that_may_not_create_the_index_says_which_is_missing_and_what_creates_it(
    writer: Store, reader: Store, operator: Store
) -> None:
    told = r"There is no index \S+-(manifests|ledger), and .* unauthorized .*; run `footnote reconcile`"
    for store in (writer, reader):
        with pytest.raises(Unavailable, match=told):
            await store.ensure_live(RECIPE)
    generation = await operator.ensure_live(RECIPE)
    assert await writer.ensure_live(RECIPE) == generation


async def test_a_reader_may_not_write(reader: Store, operator: Store) -> None:
    with pytest.raises(Unavailable, match="unauthorized"):
        await reader.ensure_live(RECIPE)
    generation = await operator.ensure_live(RECIPE)
    assert await reader.ensure_live(RECIPE) == generation
    with pytest.raises(Unavailable, match="unauthorized"):
        await put(reader, generation, "a.txt", "The heron fishes.")
    with pytest.raises(Unavailable, match="unauthorized"):
        await reader.commit(without_content(unknown("a.txt")))


async def test_a_reader_gets_the_revision_and_a_key_without_the_privilege_none(
    writer: Store, reader: Store, operator: Store
) -> None:
    generation = await operator.ensure_live(RECIPE)
    assert await reader.revision()
    before = await reader.revision()
    await put(writer, generation, "a.txt", "The heron fishes.")
    assert await reader.revision() != before
    assert await writer.revision() is None


async def test_an_operator_replaces_an_index_while_writers_fill_it(
    writer: Store, reader: Store, operator: Store
) -> None:
    live = await operator.ensure_live(RECIPE)
    manifest = await put(writer, live, "a.txt", "The heron fishes.")
    following = await operator.create_next(RECIPE._replace(chunking="another"))
    kept = await writer.chunks(manifest.id, None)
    both = replace(
        manifest, sequence=2, chunk_counts={**manifest.chunk_counts, following.name: len(kept)}
    )
    await writer.stage(both, chunks([chunk.text for chunk in kept]), following)
    await writer.commit(both)
    await operator.switch(following)
    assert (await reader.generations())[0].recipe.chunking == "another"
    assert await texts(reader, "heron") == ["The heron fishes."]
    await operator.drop(live)
    assert len(await reader.generations()) == 1


async def test_a_writer_may_not_drop_an_index(writer: Store, operator: Store) -> None:
    await operator.ensure_live(RECIPE)
    following = await operator.create_next(RECIPE._replace(chunking="another"))
    with pytest.raises(Unavailable, match="unauthorized"):
        await writer.drop(following)


async def test_a_writer_may_not_create_a_live_index(writer: Store, operator: Store) -> None:
    with pytest.raises(Unavailable, match="unauthorized"):
        await writer.ensure_live(RECIPE)
    assert await operator.live() is None


async def test_a_writer_may_not_remove_an_index_with_an_alias_action(
    rig: ElasticsearchRig, writer: Store, operator: Store, tmp_path: Path
) -> None:
    live = await operator.ensure_live(RECIPE)
    key = (tmp_path / "writer" / SECRET).read_text().strip()
    its = rig.admin.options(api_key=key)
    for action in (
        {"remove_index": {"index": live.name}},
        {"remove": {"index": live.name, "alias": "*"}},
    ):
        with pytest.raises(AuthorizationException):
            its.indices.update_aliases(actions=[action])
    assert await operator.live() == live


async def test_an_index_without_write_alias_is_writable_after_an_operator_saved_a_report(
    writer: Store, operator: Store, rig: ElasticsearchRig
) -> None:
    """As the backfill of an upgrade does: a writer may not add aliases."""
    live = await operator.ensure_live(RECIPE)
    for index in rig.admin.indices.get(index=f"{rig.settings.index}-*").body:
        rig.admin.indices.delete_alias(index=index, name=write_alias(index))
    await writer.generations()
    with pytest.raises(Unavailable, match="unauthorized"):
        await put(writer, live, "a.txt", "The heron fishes.")
    await operator.generations()
    await operator.save_drift_report(
        DriftReport(compared_at=NOON, new=1, changed=0, gone=0, behind=0, leftovers=0)
    )
    await put(writer, live, "a.txt", "The heron fishes.")


async def test_a_key_may_be_rotated_without_a_restart(
    reader: Store, operator: Store, rig: ElasticsearchRig, tmp_path: Path
) -> None:
    await operator.ensure_live(RECIPE)
    secret = tmp_path / "reader" / SECRET
    await ask(reader, "heron")
    secret.write_text("bm90OmFrZXk=")
    with pytest.raises(Unavailable):
        await ask(reader, "heron")
    secret.write_text(make_key(rig.admin, "reader", rig.settings.index))
    await ask(reader, "heron")


async def test_without_elasticsearch_requests_are_unavailable(tmp_path: Path) -> None:
    store = open_store(
        Settings(store="elasticsearch", elasticsearch_url="http://127.0.0.1:9", secrets=tmp_path)
    )
    with pytest.raises(Unavailable, match="cannot be reached"):
        await store.ping()
    await store.close()


async def test_a_late_request_does_not_recreate_a_dropped_index(
    writer: Store, operator: Store, rig: ElasticsearchRig
) -> None:
    values = {"indexes.shards": "1", "indexes.nodeLeft": "1m"}
    rig.add_template(file("template.json", {"index": rig.settings.index, **values}))
    live = await operator.ensure_live(RECIPE)
    manifest = await put(writer, live, "a.txt", "The heron fishes.")
    dropped = await operator.create_next(RECIPE._replace(chunking="another"))
    late = following(manifest, dropped, ["The heron sleeps."])
    await writer.stage(late, chunks(["The heron sleeps."]), dropped)
    await operator.drop(dropped)
    with pytest.raises(Conflict):
        await writer.stage(late, chunks(["The heron sleeps."]), dropped)
    await put(writer, live, "a.txt", "The heron sleeps.")
    assert not rig.admin.indices.exists(index=dropped.name)
