import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from obstore.store import MemoryStore, S3Store

from footnote.bucket import Bucket, Draft, ObjectInfo
from footnote.bucket.cloud import WHOLE, CloudBucket
from footnote.bucket.folder import Folder
from footnote.errors import (
    AlreadyThere,
    Conflict,
    InvalidRequest,
    Misconfigured,
    Unavailable,
    Unreadable,
)
from footnote.groups import GroupRules
from footnote.settings import Settings

ODD_KEYS = [
    "a b.md",
    "sub/ü%20+#?&=.md",
    "percent%2Fslash.txt",
    "日本語/文書.txt",
    "a+b.txt",
    "q'\".txt",
]


async def keys(bucket: Bucket, prefix: str = "") -> set[str]:
    return {info.key async for info in bucket.list(prefix)}


async def content(bucket: Bucket, info: ObjectInfo) -> bytes:
    return b"".join([part async for part in bucket.read(info)])


async def present(bucket: Bucket, key: str) -> ObjectInfo:
    info = await bucket.head(key)
    assert info is not None
    return info


def write(root: Path, key: str, text: str = "text") -> Path:
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, "elsewhere/upload", "new")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


class TestFolder:
    async def test_an_object_is_listed_and_read_under_its_name(self, tmp_path: Path) -> None:
        for key in ODD_KEYS:
            write(tmp_path, key, key)
        bucket = Folder(tmp_path)
        assert await keys(bucket) == set(ODD_KEYS)
        for key in ODD_KEYS:
            assert await content(bucket, await present(bucket, key)) == key.encode()

    async def test_a_prefix_is_the_start_of_the_key(self, tmp_path: Path) -> None:
        for key in ["report.md", "reports/a.md", "other/report.md"]:
            write(tmp_path, key)
        assert await keys(Folder(tmp_path), "rep") == {"report.md", "reports/a.md"}

    @pytest.mark.parametrize(
        "key",
        [".hidden", ".git/config", "a/.b/c.txt", "~$report.docx", "notes.md~", "x.swp", "a/b.swp/c"],
    )
    async def test_hidden_and_temporary_files_are_neither_listed_nor_found(
        self, tmp_path: Path, key: str
    ) -> None:
        write(tmp_path, key)
        assert await keys(Folder(tmp_path)) == set()
        assert await Folder(tmp_path).head(key) is None

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/",
            "sub",
            "sub/",
            "../out.txt",
            "sub//a.txt",
            "./sub/a.txt",
            "a\0b",
            "x" * 300,
            "sub/a.txt/b",
        ],
    )
    async def test_a_key_that_names_no_file_is_absent(self, tmp_path: Path, key: str) -> None:
        write(tmp_path, "out.txt")
        write(tmp_path, "bucket/sub/a.txt")
        assert await Folder(tmp_path / "bucket").head(key) is None

    async def test_links_are_followed_to_files_inside_and_nowhere_else(self, tmp_path: Path) -> None:
        root = tmp_path / "bucket"
        inside = write(root, "folder/inside.txt")
        outside = write(tmp_path, "outside/secret.txt")
        for name, target in {
            "in.txt": inside,
            "out.txt": outside,
            "out": outside.parent,
            "again": inside.parent,
            "broken.txt": root / "missing",
            "loop": root / "loop",
        }.items():
            (root / name).symlink_to(target)
        bucket = Folder(root)
        assert await keys(bucket) == {"folder/inside.txt", "in.txt"}
        for key in ["out.txt", "out/secret.txt", "again/inside.txt", "broken.txt", "loop"]:
            assert await bucket.head(key) is None

    async def test_a_name_that_is_not_utf8_is_passed_over(self, tmp_path: Path) -> None:
        write(tmp_path, os.fsdecode(b"\xff.txt"))
        write(tmp_path, "a.txt")
        assert await keys(Folder(tmp_path)) == {"a.txt"}

    async def test_the_etag_changes_with_the_content_though_size_and_time_do_not(
        self, tmp_path: Path
    ) -> None:
        path = write(tmp_path, "a.txt", "one")
        before, times = await present(Folder(tmp_path), "a.txt"), path.stat()
        path.write_text("two")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        after = await present(Folder(tmp_path), "a.txt")
        assert (after.size, after.modified_at) == (before.size, before.modified_at)
        assert after.etag != before.etag

    async def test_the_etag_stays_while_nothing_changes(self, tmp_path: Path) -> None:
        write(tmp_path, "a.txt")
        bucket = Folder(tmp_path)
        assert await present(bucket, "a.txt") == await present(bucket, "a.txt")
        assert [await present(bucket, "a.txt")] == [info async for info in bucket.list()]

    async def test_reading_what_changed_meanwhile_is_a_conflict(self, tmp_path: Path) -> None:
        path = write(tmp_path, "a.txt", "one")
        bucket = Folder(tmp_path)
        info = await present(bucket, "a.txt")
        path.write_text("two")
        with pytest.raises(Conflict):
            await content(bucket, info)
        path.unlink()
        with pytest.raises(Conflict):
            await content(bucket, info)

    async def test_the_uri_names_the_file(self, tmp_path: Path) -> None:
        bucket = Bucket.from_settings(Settings(bucket=str(tmp_path)))
        assert bucket.uri_of("a b.md") == f"file://{tmp_path}/a b.md"
        assert Bucket.from_settings(Settings(bucket=bucket.uri)).uri == bucket.uri

    async def test_what_is_written_is_there_and_nothing_else(self, tmp_path: Path, file: Path) -> None:
        bucket = Folder(write(tmp_path, "bucket/a.md").parent)
        info = await bucket.write(Draft("uploads/b.md"), file)
        assert info == await present(bucket, "uploads/b.md")
        assert await content(bucket, info) == b"new"
        assert names(tmp_path / "bucket") == ["a.md", "b.md", "uploads"]

    async def test_nothing_is_replaced_unless_that_is_meant(self, tmp_path: Path, file: Path) -> None:
        bucket = Folder(write(tmp_path, "bucket/a.md", "old").parent)
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a.md"), file)
        assert await content(bucket, await present(bucket, "a.md")) == b"old"
        assert await content(bucket, await bucket.write(Draft("a.md", replaces=True), file)) == b"new"
        assert names(tmp_path / "bucket") == ["a.md"]

    async def test_the_same_written_again_is_the_same_object(self, tmp_path: Path, file: Path) -> None:
        bucket = Folder(write(tmp_path, "bucket/b.md", "old").parent)
        first = await bucket.write(Draft("a.md"), file)
        assert await bucket.write(Draft("a.md"), file) == first
        assert await bucket.write(Draft("a.md", replaces=True), file) == first
        assert await present(bucket, "a.md") == first
        other = write(tmp_path, "elsewhere/other", "two")
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a.md"), other)
        assert names(tmp_path / "bucket") == ["a.md", "b.md"]

    async def test_of_many_that_take_a_name_at_once_one_does(self, tmp_path: Path) -> None:
        (tmp_path / "bucket").mkdir()
        bucket = Folder(tmp_path / "bucket")
        files = [write(tmp_path, str(at), f"text {at}") for at in range(8)]
        sent = (bucket.write(Draft("a.md"), file) for file in files)
        answers = await asyncio.gather(*sent, return_exceptions=True)
        [won] = [at for at, answer in enumerate(answers) if isinstance(answer, ObjectInfo)]
        assert await content(bucket, await present(bucket, "a.md")) == f"text {won}".encode()
        assert sum(isinstance(answer, AlreadyThere) for answer in answers) == 7
        assert names(tmp_path / "bucket") == ["a.md"]

    @pytest.mark.parametrize("key", ["../out.md", "/out.md", "", ".hidden", "a//b", "out/b.md", "x~"])
    async def test_nothing_is_written_outside_or_where_nobody_looks(
        self, tmp_path: Path, file: Path, key: str
    ) -> None:
        bucket = Folder(write(tmp_path, "bucket/a.md").parent)
        (tmp_path / "bucket/out").symlink_to(file.parent)
        with pytest.raises(InvalidRequest, match="another name"):
            await bucket.write(Draft(key), file)
        assert names(tmp_path) == sorted(["a.md", "bucket", "elsewhere", "out", "upload"])

    async def test_a_folder_does_not_pretend_to_keep_groups(self, tmp_path: Path, file: Path) -> None:
        with pytest.raises(InvalidRequest, match="keeps no groups"):
            await Folder(tmp_path).write(Draft("a.md", groups=("staff",)), file)
        assert not (tmp_path / "a.md").exists()

    def test_no_folder_is_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(Misconfigured, match="does not exist; make it"):
            Folder(tmp_path / "missing")
        with pytest.raises(Misconfigured, match="is a file"):
            Folder(write(tmp_path, "a.txt"))

    async def test_a_folder_that_vanished_is_no_empty_bucket(self, tmp_path: Path) -> None:
        bucket = Folder(tmp_path / "bucket" if (tmp_path / "bucket").mkdir() is None else tmp_path)
        (tmp_path / "bucket").rmdir()
        with pytest.raises(Unavailable, match="not there any more"):
            await bucket.head("a.txt")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
async def settings(s3: str, tmp_path: Path) -> Settings:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        await session.post(f"{s3}/moto-api/reset")
        await session.put(f"{s3}/docs")
    (tmp_path / "s3-access-key-id").write_text("key")
    (tmp_path / "s3-secret-access-key").write_text("secret")
    return Settings(bucket="s3://docs", bucket_endpoint=s3, secrets=tmp_path)


@pytest.fixture
async def client(settings: Settings) -> S3Store:
    options = {"endpoint": settings.bucket_endpoint, "client_options": {"allow_http": True}}
    return S3Store("docs", access_key_id="k", secret_access_key="s", region="us-east-1", **options)


class TestS3:
    async def test_an_object_is_listed_and_read_under_its_name(
        self, settings: Settings, client: S3Store
    ) -> None:
        for key in ODD_KEYS:
            await client.put_async(key, key.encode())
        bucket = Bucket.from_settings(settings)
        assert await keys(bucket) == set(ODD_KEYS)
        for key in ODD_KEYS:
            assert await content(bucket, await present(bucket, key)) == key.encode()
        assert bucket.uri_of("a b.md") == "s3://docs/a b.md"

    async def test_a_prefix_is_the_start_of_the_key(self, settings: Settings, client: S3Store) -> None:
        for key in ["report.md", "reports/a.md", "reports/b.md", "other/report.md"]:
            await client.put_async(key, b"x")
        bucket = Bucket.from_settings(settings)
        assert await keys(bucket, "rep") == {"report.md", "reports/a.md", "reports/b.md"}
        assert await keys(bucket, "reports/a") == {"reports/a.md"}

    async def test_groups_and_type_come_from_the_metadata(
        self, settings: Settings, client: S3Store
    ) -> None:
        attributes = {"Content-Type": "text/markdown", "footnote-groups": "staff, board,"}
        await client.put_async("a", b"x", attributes=attributes)
        info = await present(Bucket.from_settings(settings), "a")
        assert (info.groups, info.content_type) == (("board", "staff"), "text/markdown")

    async def test_the_etag_changes_with_the_metadata_though_the_content_does_not(
        self, settings: Settings, client: S3Store
    ) -> None:
        bucket = Bucket.from_settings(settings)
        await client.put_async("a", b"x")
        before = await present(bucket, "a")
        assert [before.etag] == [info.etag async for info in bucket.list()]
        await asyncio.sleep(1 - time.time() % 1)  # to the next second: a server tells whole ones
        await client.put_async("a", b"x", attributes={"footnote-groups": "staff"})
        after = await present(bucket, "a")
        assert before.etag != after.etag
        assert [after.etag] == [info.etag async for info in bucket.list()]

    async def test_what_is_written_has_its_groups_and_type(self, settings: Settings, file: Path) -> None:
        bucket = Bucket.from_settings(settings)
        draft = Draft("uploads/é 1.md", "text/markdown", ("private:key:ada", "a b"))
        info = await bucket.write(draft, file)
        assert (info.groups, info.content_type) == (("a b", "private:key:ada"), "text/markdown")
        assert await content(bucket, info) == b"new"
        assert info == await present(bucket, "uploads/é 1.md")

    async def test_nothing_is_replaced_unless_that_is_meant(
        self, settings: Settings, client: S3Store, file: Path
    ) -> None:
        await client.put_async("a", b"old")
        bucket = Bucket.from_settings(settings)
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a"), file)
        assert await content(bucket, await present(bucket, "a")) == b"old"
        assert await content(bucket, await bucket.write(Draft("a", replaces=True), file)) == b"new"

    async def test_the_same_written_again_is_the_same_object(
        self, settings: Settings, file: Path
    ) -> None:
        bucket = Bucket.from_settings(settings)
        draft = Draft("a", "text/plain", ("staff", "board"))
        first, *others = await asyncio.gather(*(bucket.write(draft, file) for _ in range(4)))
        assert others == [first] * 3
        assert await bucket.write(replace(draft, replaces=True), file) == first
        for other in ({"groups": ()}, {"groups": ("staff",)}, {"content_type": "text/html"}):
            with pytest.raises(AlreadyThere):
                await bucket.write(replace(draft, **other), file)  # type: ignore[arg-type]
        with pytest.raises(AlreadyThere):
            await bucket.write(draft, write(file.parent, "other", "old"))

    async def test_so_it_is_for_what_is_too_large_for_one_request(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        large, bucket = tmp_path / "large", Bucket.from_settings(settings)
        with large.open("wb") as sparse:
            sparse.truncate(WHOLE + 1)
        first = await bucket.write(Draft("a"), large)
        assert (first.size, await bucket.write(Draft("a"), large)) == (WHOLE + 1, first)
        with large.open("ab") as file:
            file.write(b"x")
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a"), large)

    @pytest.mark.parametrize("group", ["a,b", " a", "ü", "a\nb"])
    async def test_a_group_that_metadata_cannot_hold(
        self, settings: Settings, file: Path, group: str
    ) -> None:
        bucket = Bucket.from_settings(settings)
        with pytest.raises(InvalidRequest, match="ASCII"):
            await bucket.write(Draft("a", groups=(group,)), file)
        assert await bucket.head("a") is None

    async def test_an_absent_object(self, settings: Settings) -> None:
        assert await Bucket.from_settings(settings).head("missing") is None

    async def test_reading_what_changed_meanwhile_is_a_conflict(
        self, settings: Settings, client: S3Store
    ) -> None:
        await client.put_async("a", b"one")
        bucket = Bucket.from_settings(settings)
        info = await present(bucket, "a")
        await client.put_async("a", b"two")
        with pytest.raises(Conflict):
            await content(bucket, info)
        await client.delete_async("a")
        with pytest.raises(Conflict):
            await content(bucket, info)

    async def test_a_bucket_that_is_not_there(self, settings: Settings) -> None:
        bucket = Bucket.from_settings(settings.model_copy(update={"bucket": "s3://other"}))
        with pytest.raises(Misconfigured, match="s3://other does not exist"):
            await keys(bucket)

    async def test_a_server_that_is_down_is_unavailable(self, settings: Settings) -> None:
        down = settings.model_copy(update={"bucket_endpoint": "http://127.0.0.1:9"})
        with pytest.raises(Unavailable, match="s3://docs cannot be reached"):
            await Bucket.from_settings(down).head("a")

    async def test_a_key_that_cannot_be_addressed(self, settings: Settings) -> None:
        with pytest.raises(Unreadable, match="rename it"):
            await Bucket.from_settings(settings).head("a/../b")


class TestGroups:
    """Over memory, which keeps metadata as every provider's client hands it over."""

    async def groups(self, **metadata: str) -> tuple[str, ...]:
        client = MemoryStore()
        await client.put_async("a", b"x", attributes=metadata)  # type: ignore[arg-type]
        return (await present(CloudBucket("az", "docs", client), "a")).groups

    async def test_azures_spelling(self) -> None:
        assert await self.groups(Footnote_Groups="staff") == ("staff",)

    async def test_what_is_written_there(self, file: Path) -> None:
        bucket = CloudBucket("az", "docs", MemoryStore())
        assert (await bucket.write(Draft("a", groups=("staff",)), file)).groups == ("staff",)
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a"), file)

    async def test_none_is_public(self) -> None:
        assert await self.groups(other="staff") == ()

    async def test_metadata_that_names_no_group_does_not_make_the_object_public(self) -> None:
        with pytest.raises(Unreadable, match="names no group"):
            await self.groups(**{"footnote-groups": " , "})


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

    async def test_an_objects_own_metadata_goes_before_the_rule(self) -> None:
        client = MemoryStore()
        await client.put_async("hr/a", b"x", attributes={"footnote-groups": "board"})  # type: ignore[typeddict-unknown-key]
        bucket = CloudBucket("az", "docs", client)
        bucket.rules = GroupRules.parse("hr/=hr")
        info = await present(bucket, "hr/a")
        assert info.groups == ("board",)
        assert [info.etag] == [listed.etag async for listed in bucket.list()]
        assert await content(bucket, info) == b"x"


@pytest.mark.parametrize("bucket", ["ftp://docs", "s3://", "s3://docs/prefix", "gcs://docs"])
def test_a_bucket_of_no_known_kind_is_one_sentence(bucket: str) -> None:
    with pytest.raises(Misconfigured, match="names no bucket; give a folder"):
        Bucket.from_settings(Settings(bucket=bucket))


@pytest.mark.parametrize("bucket", ["gs://docs", "az://docs"])
def test_the_other_providers_open(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "azure-account-name").write_text("account")
    (tmp_path / "azure-account-key").write_text("a2V5")
    assert Bucket.from_settings(Settings(bucket=bucket, secrets=tmp_path)).uri == bucket
