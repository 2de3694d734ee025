"""Keys that a real folder's changes come to."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from footnote.bucket import ObjectInfo
from footnote.bucket.folder import Folder
from footnote.errors import FootnoteError, Misconfigured, Unavailable, UnusableKey
from footnote.local.watcher import changed_keys
from footnote.store import Manifest, State, Store
from footnote.store.sqlite import SqliteStore
from tests.unit.footnote.indexed import remember_all
from tests.unit.functions.ingest.world import Shelf


class Barred(Shelf):
    """Cannot be listed until it was tried some times."""

    tries = 3

    def __init__(self, error: FootnoteError) -> None:
        super().__init__()
        self.error = error

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        self.tries -= 1
        if self.tries > 0:
            self.error.message += f" ({self.tries})" * isinstance(self.error, Unavailable)
            raise self.error
        async for info in super().list(prefix):
            yield info


class Locked(Folder):
    """Has a subfolder that nobody may read, until somebody may."""

    locked = True

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        if self.locked:
            raise Misconfigured("secret cannot be read; check its permissions.")
        async for info in super().list(prefix):
            yield info


class Absent(SqliteStore):
    """Cannot be reached until it was asked some times."""

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
    """Collects the keys of a folder that is watched."""

    def __init__(self, folder: Folder, store: Store) -> None:
        self.folder = folder
        self.told: list[str] = []
        self._batches = changed_keys(folder, store, interval=0.05, report=self.told.append)
        self._next = asyncio.ensure_future(_step(self._batches))

    async def until(self, *keys: str) -> set[str]:
        """All keys that came until these had come."""
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
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = SqliteStore(tmp_path / "index.sqlite")
    yield store
    await store.close()


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
    await remember_all(folder, store)
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


@pytest.mark.parametrize(
    "error",
    [
        UnusableKey("The key 'a//b' has an empty segment; rename it."),
        Misconfigured("s3://docs refuses access; check the credentials."),
        Unavailable("s3://docs cannot be reached"),
    ],
)
async def test_why_a_bucket_cannot_be_compared_is_told_once_and_when_it_can_be_again(
    store: Store, error: FootnoteError
) -> None:
    bucket, told = Barred(error), list[str]()
    bucket.put("a.md", "a")
    batches, why = changed_keys(bucket, store, 0.01, told.append), error.message
    for _ in range(2):
        assert await _step(batches) == ["a.md"]
    (first, second) = told
    assert first.startswith(why)
    assert second == "s3://docs can be compared with the index again."


async def test_a_key_is_told_when_the_index_can_be_asked_again_though_nothing_changes_any_more(
    root: Path, tmp_path: Path
) -> None:
    store = Absent(tmp_path / "index.sqlite")
    async with watching(Folder(root), store) as watch:
        (root / "b.md").unlink()
        await watch.until("b.md")
    await store.close()
    assert watch.told == ["The index cannot be reached."]


async def test_a_folder_that_cannot_be_read_holds_no_other_change_up(
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
    assert watch.told == ["secret cannot be read; check its permissions."]


async def test_written_replaced_and_removed(watch: Watch) -> None:
    root = watch.folder.root
    (root / "new.md").write_text("new")
    await watch.until("new.md")
    (root / "new.md").write_text("newer")
    await watch.until("new.md")
    (root / "new.md").unlink()
    await watch.until("new.md")


async def test_a_rename_is_both_names(watch: Watch) -> None:
    (watch.folder.root / "b.md").rename(watch.folder.root / "c d.md")
    assert await watch.until("b.md", "c d.md") == {"b.md", "c d.md"}


async def test_a_folder_moved_in_is_all_it_holds(watch: Watch, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "x.md").write_text("x")
    outside.rename(watch.folder.root / "inside")
    await watch.until("inside/deep/x.md")


async def test_a_folder_moved_out_is_all_it_held(watch: Watch, tmp_path: Path) -> None:
    (watch.folder.root / "old").rename(tmp_path / "elsewhere")
    await watch.until("old/a.md")


async def test_hidden_and_temporary_files_are_not_told(watch: Watch) -> None:
    for name in (".hidden", "draft~", "~$letter.docx"):
        (watch.folder.root / name).write_text("x")
    (watch.folder.root / "last.md").write_text("x")
    assert await watch.until("last.md") == {"last.md"}


async def test_a_name_that_is_no_text_is_told_once_and_other_files_are_followed(
    root: Path, watch: Watch
) -> None:
    for name in (b"Caf\xe9.md", b"\xff.md"):
        (root / os.fsdecode(name)).write_text("x")
        (root / "c.md").write_text(repr(name))
        await watch.until("c.md")
    assert watch.told == [f"The name of a file in {root} is not UTF-8: it is left out."]
