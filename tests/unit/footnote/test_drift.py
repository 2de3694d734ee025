"""Comparing a real folder with a real store."""

import asyncio
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from footnote.bucket.folder import Folder
from footnote.drift import CONCURRENCY, detect_drift, is_current
from footnote.groups import GroupRules
from footnote.store import Chunk, Recipe, Store, document_id
from functions.ingest import manifests
from tests.unit.footnote.manifests import commit_all, commit_manifest, make_manifest
from tests.unit.functions.ingest.world import InMemoryBucket


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "bucket"
    for key in ("a.md", "b.md", "sub/c.md", "sub.md"):
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_text(key)
    return Folder(root)


async def test_new_objects_differ(folder: Folder, store: Store) -> None:
    found = await detect_drift(folder, store)
    assert found.new == found.keys == ["a.md", "b.md", "sub.md", "sub/c.md"]
    assert found.unchanged == 0


async def test_indexed_objects_do_not_differ(folder: Folder, store: Store) -> None:
    await commit_all(folder, store)
    found = await detect_drift(folder, store)
    assert (found.keys, found.unchanged) == ([], 4)


async def test_changed_and_removed_objects_differ(folder: Folder, store: Store) -> None:
    await commit_all(folder, store)
    (folder.root / "a.md").write_text("other")
    (folder.root / "b.md").unlink()
    found = await detect_drift(folder, store)
    assert (found.changed, found.gone, found.unchanged) == (["a.md"], ["b.md"], 2)


async def test_failed_objects_are_published_though_they_do_not_differ(
    folder: Folder, store: Store
) -> None:
    async for info in folder.list():
        await commit_manifest(store, folder.uri_of(info.key), info.key, info.etag, "failed")
    (folder.root / "a.md").write_text("other")
    (folder.root / "b.md").unlink()
    found = await detect_drift(folder, store)
    assert (found.failed, found.unchanged) == (["sub.md", "sub/c.md"], 0)
    assert found.differences == {"a.md": "drift", "b.md": "drift"}
    assert found.to_publish == found.differences | {"sub.md": "failed", "sub/c.md": "failed"}


async def test_a_deleted_manifest_does_not_differ(folder: Folder, store: Store) -> None:
    await commit_all(folder, store)
    await commit_manifest(store, folder.uri_of("gone.md"), "gone.md", "", "deleted")
    assert (await detect_drift(folder, store)).keys == []


async def test_a_failed_object_differs_only_after_a_change(folder: Folder, store: Store) -> None:
    info = await folder.head("a.md")
    assert info is not None
    await commit_manifest(store, folder.uri_of("a.md"), "a.md", info.etag, "failed")
    assert "a.md" not in (await detect_drift(folder, store)).keys


async def test_an_unreadable_object_differs_only_after_a_change(store: Store) -> None:
    bucket = InMemoryBucket()
    for key in ("a", "b"):
        bucket.put(key, key)
        bucket.unusable.add(key)
        before = manifests.unknown(bucket.uri_of(key), key)
        why = f"The metadata of {key} names no group."
        await store.commit(manifests.unusable(before, bucket.rules.groups_for(key), why))
    found = await detect_drift(bucket, store)
    assert (found.keys, found.unchanged) == ([], 2)
    bucket.rules = GroupRules.parse("b=hr")
    assert (await detect_drift(bucket, store)).changed == ["b"]
    bucket.unusable.remove("a")
    assert (await detect_drift(bucket, store)).changed == ["a", "b"]
    bucket.delete("b")
    assert (await detect_drift(bucket, store)).gone == ["b"]


async def test_head_requests_are_bounded(store: Store) -> None:
    tasks: list[int] = []

    async def count(step: str) -> None:
        tasks.append(len(asyncio.all_tasks()))

    bucket = InMemoryBucket(count)
    for key in (keys := [str(number) for number in range(3 * CONCURRENCY)]):
        bucket.put(key, key)
        before = manifests.unknown(bucket.uri_of(key), key)
        await store.commit(manifests.unusable(before, (), "It has no metadata."))
    assert (await detect_drift(bucket, store)).changed == sorted(keys)
    assert len(tasks) == len(keys)
    assert max(tasks) < 2 * CONCURRENCY


async def test_an_object_that_is_unreadable_for_another_reason_differs(store: Store) -> None:
    bucket = InMemoryBucket()
    bucket.put("a", "a")
    bucket.unusable.add("a")
    before = manifests.unknown(bucket.uri_of("a"), "a")
    await store.commit(manifests.unusable(before, (), "It has no metadata."))
    assert (await detect_drift(bucket, store)).changed == ["a"]


class WholeSecondEtags(InMemoryBucket):
    """A bucket whose etags change only every second; all writes of a test are within one."""

    def put(
        self, key: str, content: bytes | str, groups: Sequence[str] = (), content_type: str = ""
    ) -> None:
        super().put(key, content, groups, content_type)
        info, data = self.objects[key]
        self.objects[key] = replace(info, etag=f"{zlib.crc32(data)}@1"), data


async def test_groups_that_changed_without_a_new_etag_differ(store: Store) -> None:
    bucket = WholeSecondEtags()
    for key in ("kept", "closed", "opened", "unusable"):
        bucket.put(key, key, ["hr"] if key == "opened" else [])
        info, _ = bucket.objects[key]
        manifest = make_manifest(bucket.uri_of(key), key, info.etag)
        await store.commit(replace(manifest, groups=info.groups, modified_at=info.modified_at))
    assert (await detect_drift(bucket, store)).keys == []
    bucket.put("closed", "closed", ["hr"])
    bucket.put("opened", "opened")
    bucket.unusable.add("unusable")
    assert (await detect_drift(bucket, store)).changed == ["closed", "opened", "unusable"]


@pytest.mark.parametrize(
    ("ago", "late"), [(timedelta(), timedelta(minutes=2)), (timedelta(3), timedelta())]
)
async def test_objects_that_are_not_racy_need_no_head_request(
    store: Store, ago: timedelta, late: timedelta
) -> None:
    bucket = WholeSecondEtags()
    bucket.put("a", "a")
    looked = datetime.now(UTC) - ago
    manifest = make_manifest(bucket.uri_of("a"), "a", bucket.objects["a"][0].etag)
    await store.commit(replace(manifest, indexed_at=looked, modified_at=looked - late))
    assert (await detect_drift(bucket, store)).keys == []
    assert bucket.asked == []


async def test_leftovers_are_found_beside_differences(folder: Folder, store: Store) -> None:
    await commit_all(folder, store)
    generation = await store.ensure_live(Recipe("model", 2, "chunking"))
    for key in ("a.md", "b.md", "never was.md"):
        before = await store.manifest(document_id(folder.uri_of(key))) or make_manifest(
            folder.uri_of(key), key
        )
        staged = replace(before, sequence=2, version="00000002.0123456789ab")
        await store.stage(staged, [Chunk(0, "text", "", (), None, 0, 4, (1, 0))], generation)
    (folder.root / "b.md").write_text("other")
    found = await detect_drift(folder, store)
    assert (found.changed, found.leftovers) == (["b.md"], ["a.md", "never was.md"])
    assert found.differences == {"b.md": "drift", "a.md": "leftovers", "never was.md": "leftovers"}


async def test_documents_of_other_buckets_are_only_counted(folder: Folder, store: Store) -> None:
    await commit_all(folder, store)
    await commit_manifest(store, "s3://other/a.md", "a.md", "x")
    found = await detect_drift(folder, store)
    assert (found.keys, found.elsewhere) == ([], {"s3://other": 1})


@pytest.mark.parametrize(("within", "keys"), [("sub", ["sub/c.md"]), ("sub.md", ["sub.md"]), ("su", [])])
async def test_a_single_object_or_folder_can_be_compared(
    folder: Folder, store: Store, within: str, keys: list[str]
) -> None:
    assert (await detect_drift(folder, store, within)).keys == keys


async def test_a_single_object_is_current_unless_it_differs(folder: Folder, store: Store) -> None:
    await commit_all(folder, store)
    (folder.root / "bad.md").write_text("bad")
    info = await folder.head("bad.md")
    assert info is not None
    await commit_manifest(store, folder.uri_of("bad.md"), "bad.md", info.etag, "failed")
    await commit_manifest(store, folder.uri_of("gone.md"), "gone.md", "", "deleted")
    (folder.root / "a.md").write_text("other")
    (folder.root / "b.md").unlink()
    (folder.root / "new.md").write_text("new")
    differences = (await detect_drift(folder, store)).differences
    assert {*differences} == {"a.md", "b.md", "new.md"}
    for key in ("a.md", "b.md", "bad.md", "gone.md", "never.md", "new.md", "sub.md"):
        assert await is_current(folder, store, key) == (key not in differences)


async def test_an_object_whose_groups_or_metadata_changed_is_not_current(store: Store) -> None:
    bucket = WholeSecondEtags()
    for key in ("kept", "closed", "unusable"):
        bucket.put(key, key)
        info, _ = bucket.objects[key]
        manifest = make_manifest(bucket.uri_of(key), key, info.etag)
        await store.commit(replace(manifest, groups=info.groups))
    bucket.put("closed", "closed", ["hr"])
    bucket.unusable.add("unusable")
    assert [key for key in bucket.objects if await is_current(bucket, store, key)] == ["kept"]
    before = await store.manifest(document_id(bucket.uri_of("unusable")))
    assert before is not None
    await store.commit(manifests.unusable(before, (), "It has no metadata."))
    assert await is_current(bucket, store, "unusable")


async def test_an_object_that_an_index_lacks_is_not_current(folder: Folder, store: Store) -> None:
    live = await store.ensure_live(Recipe("model", 2, "chunking"))
    info = await folder.head("a.md")
    assert info is not None
    manifest = make_manifest(folder.uri_of("a.md"), "a.md", info.etag, chunk_counts={live.name: 1})
    await store.commit(replace(manifest, groups=info.groups))
    assert await is_current(folder, store, "a.md")
    await store.create_next(Recipe("other", 2, "chunking"))
    assert not await is_current(folder, store, "a.md")
