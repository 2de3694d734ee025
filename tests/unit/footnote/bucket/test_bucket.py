"""Behaviour of every bucket: a folder, a real S3 server, and the one in memory for tests of ingest."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from footnote.bucket import Bucket, Draft
from footnote.bucket.cloud import CloudBucket
from footnote.errors import AlreadyThere, Conflict, Misconfigured
from footnote.groups import GroupRules
from footnote.settings import Settings
from tests.unit.footnote.bucket.objects import ODD_KEYS, content, keys, present, write
from tests.unit.footnote.bucket.rigs import FolderRig, InMemoryRig, Rig, S3Rig


@pytest.fixture(params=["folder", "s3", "memory"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    if request.param == "memory":
        yield InMemoryRig()
    elif request.param == "s3":
        yield S3Rig(request.getfixturevalue("settings"), request.getfixturevalue("client"))
    else:
        yield FolderRig(tmp_path / "bucket")
        assert [*(tmp_path / "bucket").rglob(".*")] == [], "What is arriving must not stay."


keeps_metadata = pytest.mark.parametrize("rig", ["s3", "memory"], indirect=True)


class TestEveryBucket:
    async def test_an_object_is_listed_and_read_under_its_name(self, rig: Rig) -> None:
        for key in ODD_KEYS:
            await rig.put(key, key)
        assert await keys(rig.bucket) == set(ODD_KEYS)
        for key in ODD_KEYS:
            assert await content(rig.bucket, await present(rig.bucket, key)) == key.encode()
        assert rig.bucket.uri_of("a b.md") == f"{rig.uri}/a b.md"

    async def test_an_object_that_is_not_there_is_none(self, rig: Rig) -> None:
        assert await rig.bucket.head("missing") is None

    async def test_a_prefix_is_the_start_of_the_key(self, rig: Rig) -> None:
        for key in ["report.md", "reports/a.md", "reports/b.md", "other/report.md"]:
            await rig.put(key, "x")
        assert await keys(rig.bucket, "rep") == {"report.md", "reports/a.md", "reports/b.md"}
        assert await keys(rig.bucket, "reports/a") == {"reports/a.md"}

    async def test_an_unchanged_object_keeps_its_info(self, rig: Rig) -> None:
        await rig.put("a.md", "text", ["staff"])
        info = await present(rig.bucket, "a.md")
        assert await present(rig.bucket, "a.md") == info
        listed = info if rig.bucket.lists_groups else replace(info, groups=())
        assert [replace(listed, content_type="")] == [each async for each in rig.bucket.list()]

    async def test_reading_a_changed_object_is_a_conflict(self, rig: Rig) -> None:
        await rig.put("a.md", "one")
        info = await present(rig.bucket, "a.md")
        await rig.put("a.md", "two")
        with pytest.raises(Conflict):
            await content(rig.bucket, info)
        await rig.delete("a.md")
        with pytest.raises(Conflict):
            await content(rig.bucket, info)

    async def test_a_written_object_is_listed_and_nothing_else(self, rig: Rig, file: Path) -> None:
        await rig.put("a.md", "old")
        info = await rig.bucket.write(Draft("uploads/é 1.md"), file)
        assert info == await present(rig.bucket, "uploads/é 1.md")
        assert await content(rig.bucket, info) == b"new"
        assert await keys(rig.bucket) == {"a.md", "uploads/é 1.md"}

    @keeps_metadata
    async def test_a_written_object_has_its_groups_and_type(self, rig: Rig, file: Path) -> None:
        draft = Draft("a.md", "text/markdown", ("private:key:ada", "a b"))
        info = await rig.bucket.write(draft, file)
        assert (info.groups, info.content_type) == (("a b", "private:key:ada"), "text/markdown")

    async def test_an_object_is_only_overwritten_on_request(self, rig: Rig, file: Path) -> None:
        await rig.put("a.md", "old")
        with pytest.raises(AlreadyThere):
            await rig.bucket.write(Draft("a.md"), file)
        assert await content(rig.bucket, await present(rig.bucket, "a.md")) == b"old"
        info = await rig.bucket.write(Draft("a.md", overwrite=True), file)
        assert await content(rig.bucket, info) == b"new"

    async def test_writing_is_idempotent(self, rig: Rig, file: Path) -> None:
        draft = Draft("a.md", "text/plain")
        first, *others = await asyncio.gather(*(rig.bucket.write(draft, file) for _ in range(4)))
        assert others == [first] * 3
        assert await rig.bucket.write(replace(draft, overwrite=True), file) == first
        with pytest.raises(AlreadyThere):
            await rig.bucket.write(draft, write(file.parent, "other", "old"))
        assert await present(rig.bucket, "a.md") == first

    @keeps_metadata
    async def test_other_groups_or_another_type_make_another_object(self, rig: Rig, file: Path) -> None:
        draft = Draft("a.md", "text/plain", ("staff", "board"))
        first = await rig.bucket.write(draft, file)
        assert await rig.bucket.write(draft, file) == first
        for other in ({"groups": ()}, {"groups": ("staff",)}, {"content_type": "text/html"}):
            with pytest.raises(AlreadyThere):
                await rig.bucket.write(replace(draft, **other), file)


class TestRules:
    async def test_a_rule_gives_an_object_its_groups_and_another_etag(self, tmp_path: Path) -> None:
        write(tmp_path, "hr/a.txt")
        write(tmp_path, "b.txt")
        free = Bucket.from_settings(Settings(bucket=str(tmp_path)))
        bucket = Bucket.from_settings(Settings(bucket=str(tmp_path), group_rules="hr/=hr"))
        closed = await present(bucket, "hr/a.txt")
        assert closed.groups == ("hr",)
        assert closed.etag != (await present(free, "hr/a.txt")).etag
        assert await present(bucket, "b.txt") == await present(free, "b.txt")
        assert closed in [info async for info in bucket.list()]
        assert await content(bucket, closed) == b"text"

    async def test_metadata_takes_precedence_over_the_rule(self) -> None:
        client = MemoryStore()
        await client.put_async("hr/a", b"x", attributes={"footnote-groups": "board"})
        bucket = CloudBucket("az", "docs", lambda: client)
        bucket.rules = GroupRules.parse("hr/=hr")
        info = await present(bucket, "hr/a")
        assert info.groups == ("board",)
        assert [info.etag] == [listed.etag async for listed in bucket.list()]
        assert await content(bucket, info) == b"x"


@pytest.mark.parametrize("bucket", ["ftp://docs", "s3://", "s3://docs/prefix", "gcs://docs"])
def test_an_unknown_kind_of_bucket_is_refused(bucket: str) -> None:
    with pytest.raises(Misconfigured, match="is not a bucket; use a folder"):
        Bucket.from_settings(Settings(bucket=bucket))


@pytest.mark.parametrize("bucket", ["gs://docs", "az://docs"])
def test_the_other_providers_open(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "azure-account-name").write_text("account")
    (tmp_path / "azure-account-key").write_text("a2V5")
    assert Bucket.from_settings(Settings(bucket=bucket, secrets=tmp_path)).uri == bucket


def test_a_folder_with_uploads_of_authenticated_callers_is_refused(tmp_path: Path) -> None:
    asked = Settings(bucket=str(tmp_path), auth="required", uploads=True)
    with pytest.raises(Misconfigured, match="FOOTNOTE_UPLOADS=on needs FOOTNOTE_AUTH=off"):
        Bucket.from_settings(asked)
    for other in ({"auth": "off"}, {"uploads": False}):
        assert Bucket.from_settings(asked.model_copy(update=other)).store == "file"


@pytest.mark.parametrize(
    ("former", "refusal"),
    [
        ("s3://old, s3://documents/", "names s3://documents, which is FOOTNOTE_BUCKET: remove it there"),
        ("old", "'old' is not a bucket that `footnote status` shows; write it as s3://NAME"),
    ],
)
def test_a_former_bucket_is_another_bucket(former: str, refusal: str, tmp_path: Path) -> None:
    given = {"bucket": "s3://documents", "secrets": tmp_path, "former_buckets": former}
    with pytest.raises(Misconfigured, match=re.escape(refusal)):
        Bucket.from_settings(Settings.model_validate(given))
