"""The keys that changes of a real folder yield."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from footnote.bucket import ObjectInfo
from footnote.bucket.folder import Folder
from footnote.errors import Misconfigured, Unavailable
from footnote.local.folder_watcher import FolderWatcher
from footnote.store import Manifest, State, Store
from footnote.store.sqlite import SqliteStore
from tests.unit.footnote.manifests import commit_all


class Locked(Folder):
    """A folder with an unreadable subfolder until `locked` is False."""

    locked = True

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        if self.locked:
            raise Misconfigured("secret cannot be read; check its permissions.")
        async for info in super().list(prefix):
            yield info


class Absent(SqliteStore):
    """A store that cannot be reached at the first attempts."""

    tries = 3

    async def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        self.tries -= 1
        if self.tries > 0:
            raise Unavailable("The index cannot be reached.")
        async for manifest in super().manifests(state=state, after=after, prefix=prefix):
            yield manifest


class Watch:
    """Collects the keys that a watched folder yields."""

    def __init__(self, folder: Folder, store: Store) -> None:
        self.folder = folder
        self.reported: list[str] = []
        watcher = FolderWatcher(folder, store, interval=0.05, report=self.reported.append)
        self._batches = watcher.changed_keys()
        self._next = asyncio.ensure_future(_step(self._batches))

    async def until(self, *keys: str) -> set[str]:
        """All keys that were yielded until these were."""
        seen: set[str] = set()
        while not seen >= set(keys):
            seen |= set(await asyncio.wait_for(self._next, 30))
            self._next = asyncio.ensure_future(_step(self._batches))
        return seen

    async def close(self) -> None:
        self._next.cancel()
        await asyncio.gather(self._next, return_exceptions=True)


async def _step(batches: AsyncIterator[Iterable[str]]) -> Iterable[str]:
    return await anext(batches)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "bucket"
    (root / "old").mkdir(parents=True)
    (root / "old" / "a.md").write_text("a")
    (root / "b.md").write_text("b")
    return root


@pytest.fixture
async def watch(root: Path, store: Store) -> AsyncIterator[Watch]:
    folder = Folder(root)
    await commit_all(folder, store)
    async with watching(folder, store) as watch:
        yield watch


@asynccontextmanager
async def watching(folder: Folder, store: Store) -> AsyncIterator[Watch]:
    watch = Watch(folder, store)
    await asyncio.sleep(0)
    try:
        yield watch
    finally:
        await watch.close()


async def test_a_pending_key_is_yielded_once_the_index_is_available_again(
    root: Path, tmp_path: Path
) -> None:
    store = Absent(tmp_path / "index.sqlite")
    async with watching(Folder(root), store) as watch:
        (root / "b.md").unlink()
        await watch.until("b.md")
    await store.close()
    assert watch.reported == ["The index cannot be reached."]


async def test_an_unreadable_folder_does_not_block_other_changes(
    root: Path, tmp_path: Path, store: Store
) -> None:
    folder = Locked(root)
    async with watching(folder, store) as watch:
        (root / "old").rename(tmp_path / "secret")
        (tmp_path / "secret").rename(root / "secret")
        (root / "c.md").write_text("c")
        await watch.until("c.md")
        folder.locked = False
        await watch.until("secret/a.md")
    assert watch.reported == ["secret cannot be read; check its permissions."]


async def test_files_that_are_written_replaced_or_removed_are_yielded(watch: Watch) -> None:
    root = watch.folder.root
    (root / "new.md").write_text("new")
    await watch.until("new.md")
    (root / "new.md").write_text("newer")
    await watch.until("new.md")
    (root / "new.md").unlink()
    await watch.until("new.md")


async def test_a_rename_yields_both_names(watch: Watch) -> None:
    (watch.folder.root / "b.md").rename(watch.folder.root / "c d.md")
    assert await watch.until("b.md", "c d.md") == {"b.md", "c d.md"}


async def test_a_folder_moved_in_yields_its_files(watch: Watch, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "x.md").write_text("x")
    outside.rename(watch.folder.root / "inside")
    await watch.until("inside/deep/x.md")


async def test_a_folder_moved_out_yields_its_former_files(watch: Watch, tmp_path: Path) -> None:
    (watch.folder.root / "old").rename(tmp_path / "elsewhere")
    await watch.until("old/a.md")


async def test_a_folder_that_a_file_replaces_yields_its_former_files(
    watch: Watch, tmp_path: Path
) -> None:
    (watch.folder.root / "old").rename(tmp_path / "elsewhere")
    (watch.folder.root / "old").write_text("now a file")
    assert await watch.until("old", "old/a.md") == {"old", "old/a.md"}


async def test_a_file_that_a_folder_replaces_is_yielded_with_the_folders_files(watch: Watch) -> None:
    (watch.folder.root / "b.md").unlink()
    (watch.folder.root / "b.md").mkdir()
    (watch.folder.root / "b.md" / "c.md").write_text("c")
    await watch.until("b.md", "b.md/c.md")


@pytest.mark.parametrize("kept", [False, True])
async def test_a_folder_in_place_of_the_watched_one_is_followed(watch: Watch, kept: bool) -> None:
    root = watch.folder.root
    if kept:
        root.rename(root.with_name("before"))
    else:
        shutil.rmtree(root)
    root.mkdir()
    (root / "c.md").write_text("c")
    await watch.until("c.md", "b.md")
    (root / "d.md").write_text("d")
    await watch.until("d.md")


async def test_a_folder_that_is_gone_is_reported_and_followed_when_it_is_back(watch: Watch) -> None:
    root = watch.folder.root
    followed = asyncio.create_task(watch.until("c.md"))
    root.rename(root.with_name("away"))
    for _ in range(3000):
        if watch.reported:
            break
        await asyncio.sleep(0.01)
    root.with_name("away").rename(root)
    (root / "c.md").write_text("c")
    await followed
    assert watch.reported == [f"{root} is gone. Changes are followed again once it is there."]


async def test_a_link_is_yielded_when_the_file_it_leads_to_changes(watch: Watch) -> None:
    root = watch.folder.root
    (root / "latest.md").symlink_to("old/a.md")
    (root / "newest.md").symlink_to("latest.md")
    await watch.until("latest.md", "newest.md")
    (root / "old" / "a.md").write_text("newer")
    await watch.until("latest.md", "newest.md", "old/a.md")
    (root / "old" / "a.md").unlink()
    await watch.until("latest.md", "newest.md", "old/a.md")
    (root / "latest.md").unlink()
    (root / "latest.md").symlink_to("b.md")
    await watch.until("latest.md", "newest.md")


async def test_a_link_that_was_there_before_is_yielded_when_its_file_changes(
    root: Path, store: Store
) -> None:
    (root / "latest.md").symlink_to("old/a.md")
    (root / os.fsdecode(b"\xff.md")).symlink_to("old/a.md")
    (root / "nowhere.md").symlink_to("nothing.md")
    async with watching(Folder(root), store) as watch:
        (root / "b.md").write_text("newer")
        assert await watch.until("b.md", "latest.md") == {"b.md", "latest.md"}
        (root / "old").rename(root / "older")
        await watch.until("latest.md")
        (root / "older").rename(root / "old")
        await watch.until("latest.md")


async def test_a_link_whose_file_stays_the_same_is_not_yielded_again(watch: Watch) -> None:
    root = watch.folder.root
    (root / "latest.md").symlink_to("old/a.md")
    await watch.until("latest.md")
    for key in ("c.md", "d.md"):
        (root / key).write_text("x")
        assert await watch.until(key) == {key}


async def test_hidden_and_temporary_files_are_ignored(watch: Watch) -> None:
    for name in (".hidden", "draft~", "~$letter.docx"):
        (watch.folder.root / name).write_text("x")
    (watch.folder.root / "last.md").write_text("x")
    assert await watch.until("last.md") == {"last.md"}


async def test_a_name_that_is_not_utf8_is_reported_once_and_other_files_are_followed(
    root: Path, watch: Watch
) -> None:
    for name in (b"Caf\xe9.md", b"\xff.md"):
        (root / os.fsdecode(name)).write_text("x")
        (root / "c.md").write_text(repr(name))
        await watch.until("c.md")
    assert watch.reported == [f"A file in {root} is skipped: its name is not UTF-8."]
