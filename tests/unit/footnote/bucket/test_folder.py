import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from footnote.bucket import Bucket, Draft, ObjectInfo
from footnote.bucket.folder import Folder
from footnote.errors import (
    AlreadyThere,
    InvalidRequest,
    Misconfigured,
    Unavailable,
    Unreadable,
)
from footnote.settings import Settings
from tests.unit.footnote.bucket.objects import content, keys, present, write
from tests.users import nobody


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


@contextmanager
def no_more_files() -> Iterator[None]:
    """As many files are open as this process may have."""
    limits, free = resource.getrlimit(resource.RLIMIT_NOFILE), os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


class TestFolder:
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

    async def test_a_name_that_is_not_utf8_is_skipped(self, tmp_path: Path) -> None:
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

    async def test_a_file_without_permission_is_unreadable(self, tmp_path: Path) -> None:
        path, bucket = write(tmp_path, "a.txt"), Folder(tmp_path)
        info = await present(bucket, "a.txt")
        path.chmod(0)
        with nobody(), pytest.raises(Unreadable, match=r"a\.txt cannot be read.* permissions"):
            await content(bucket, info)

    async def test_another_read_error_is_temporary(self, tmp_path: Path) -> None:
        write(tmp_path, "a.txt")
        bucket = Folder(tmp_path)
        info = await present(bucket, "a.txt")
        with no_more_files(), pytest.raises(Unavailable, match=r"a\.txt cannot be read: too many open"):
            await content(bucket, info)
        assert await content(bucket, info) == b"text"

    async def test_the_uri_names_the_file(self, tmp_path: Path) -> None:
        bucket = Bucket.from_settings(Settings(bucket=str(tmp_path)))
        assert bucket.uri_of("a b.md") == f"file://{tmp_path}/a b.md"
        assert Bucket.from_settings(Settings(bucket=bucket.uri)).uri == bucket.uri

    async def test_of_concurrent_writers_of_a_name_one_succeeds(self, tmp_path: Path) -> None:
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
    async def test_nothing_is_written_outside_the_folder_or_to_ignored_names(
        self, tmp_path: Path, file: Path, key: str
    ) -> None:
        bucket = Folder(write(tmp_path, "bucket/a.md").parent)
        (tmp_path / "bucket/out").symlink_to(file.parent)
        with pytest.raises(InvalidRequest, match="another name"):
            await bucket.write(Draft(key), file)
        assert names(tmp_path) == sorted(["a.md", "bucket", "elsewhere", "out", "upload"])

    async def test_groups_are_refused(self, tmp_path: Path, file: Path) -> None:
        with pytest.raises(InvalidRequest, match="cannot store groups"):
            await Folder(tmp_path).write(Draft("a.md", groups=("staff",)), file)
        assert not (tmp_path / "a.md").exists()

    def test_a_missing_folder_is_misconfigured(self, tmp_path: Path) -> None:
        with pytest.raises(Misconfigured, match="does not exist; create it"):
            Folder(tmp_path / "missing")
        with pytest.raises(Misconfigured, match="is a file"):
            Folder(write(tmp_path, "a.txt"))

    async def test_a_vanished_folder_is_unavailable_rather_than_empty(self, tmp_path: Path) -> None:
        folder = tmp_path / "bucket"
        folder.mkdir()
        bucket = Folder(folder)
        folder.rmdir()
        with pytest.raises(Unavailable, match="no longer exists"):
            await bucket.head("a.txt")
