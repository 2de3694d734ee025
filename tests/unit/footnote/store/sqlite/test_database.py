import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from footnote.errors import Misconfigured, Unavailable
from footnote.store.sqlite.database import Database
from footnote.store.sqlite.schema import MIGRATIONS
from tests.users import nobody

PREPARE = """
import asyncio, sys
from pathlib import Path
from footnote.store import Recipe
from footnote.store.sqlite import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    print((await store.ensure_live(Recipe("m", 3, "c"))).name)
    await store.close()

asyncio.run(main())
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "new" / "index.sqlite")
    yield database
    await database.close()


def names(connection: sqlite3.Connection) -> list[str]:
    return [row["name"] for row in connection.execute("SELECT name FROM generations ORDER BY name")]


async def test_the_folder_and_the_file_are_created(database: Database) -> None:
    assert await database.read(names) == []
    assert database.path.exists()


async def test_a_failed_write_is_rolled_back(database: Database) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO generations VALUES ('half', '', 1, '', 0, NULL)")
        raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        await database.write(fail)
    assert await database.read(names) == []


async def test_a_read_sees_one_snapshot(database: Database) -> None:
    def read_twice(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        before = names(connection)
        with closing(sqlite3.connect(database.path)) as another, another:
            another.execute("INSERT INTO generations VALUES ('new', '', 1, '', 0, NULL)")
        return before, names(connection)

    await database.read(names)
    assert await database.read(read_twice) == ([], [])
    assert await database.read(names) == ["new"]


async def test_concurrent_writes_are_serialized(database: Database) -> None:
    def add(connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("SELECT count(*) FROM generations").fetchone()
        connection.execute("INSERT INTO generations VALUES (?, '', 1, '', 0, NULL)", (f"{count:03d}",))

    other = Database(database.path)
    await asyncio.gather(*(some.write(add) for some in [database, other] * 30))
    await other.close()
    assert await database.read(names) == [f"{number:03d}" for number in range(60)]


async def test_a_file_that_is_no_database_is_misconfigured(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_text("This is a diary and not a database. " * 100)
    database = Database(path)
    with pytest.raises(Misconfigured, match="move it away"):
        await database.read(names)
    await database.close()


@pytest.mark.parametrize(("version", "whose"), [(99, "a newer"), (1, "an older")])
async def test_a_file_of_an_unsupported_version_is_not_changed(
    tmp_path: Path, version: int, whose: str
) -> None:
    path = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    database = Database(path)
    with pytest.raises(Misconfigured, match=f"{whose} Footnote.*move the file away"):
        await database.read(names)
    await database.close()


async def test_a_file_of_an_earlier_version_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute("INSERT INTO staged VALUES ('1', 'file:///a', 'a')")
        connection.commit()
    database = Database(path)
    counts = "SELECT (SELECT count(*) FROM staged), (SELECT count(*) FROM drift)"
    assert tuple(await database.read(lambda connection: connection.execute(counts).fetchone())) == (1, 0)
    await database.close()


async def test_a_migration_rebuilds_the_full_text_index(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MIGRATIONS[0] + MIGRATIONS[3])
        connection.execute(
            "INSERT INTO chunks VALUES (1, '', '', '', 0, '北京有人口。', '', '', 1, 0, 6, x'', '', '')"
        )
        connection.commit()
    database = Database(path)

    def found(connection: sqlite3.Connection) -> list[int]:
        rows = connection.execute("SELECT rowid FROM words WHERE words MATCH 'NEAR(人 口, 0)'")
        return [row["rowid"] for row in rows]

    assert await database.read(found) == [1]
    await database.write(lambda connection: connection.execute("DELETE FROM chunks"))
    assert await database.read(found) == []
    await database.close()


async def test_a_folder_that_cannot_be_created_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = Database(tmp_path / "file" / "index.sqlite")
    with pytest.raises(Unavailable, match="cannot be used"):
        await database.read(names)
    await database.close()


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """Others may enter it, unlike the folders of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "index.sqlite").touch()
        folder.chmod(0o555)
        yield folder


async def test_a_folder_that_this_user_may_not_write_is_named(read_only_folder: Path) -> None:
    database = Database(read_only_folder / "index.sqlite")
    needed = f"let this user read and write {read_only_folder}, or"
    with nobody(), pytest.raises(Unavailable, match=needed):
        await database.read(names)
    await database.close()


def test_processes_may_create_the_file_at_the_same_time(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PREPARE, str(tmp_path / "index.sqlite")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {process.communicate()[0] for process in processes}
    assert [process.returncode for process in processes] == [0] * 4
    assert len(outputs) == 1
