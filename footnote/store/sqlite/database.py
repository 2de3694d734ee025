"""Access to a database file that threads and processes share: connections, transactions, migrations."""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from footnote.errors import Misconfigured, Unavailable
from footnote.store.sqlite.schema import MIGRATIONS, VERSION
from footnote.text.normalization import separate_words

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

THREADS = 4
BUSY_TIMEOUT = 10
"""Seconds to wait for another writer."""
PRIMARY = 0xFF
"""The bits of SQLite's error codes that say what kind of error it is."""
MIGRATION_TIMEOUT = 120
"""Seconds to wait for another process that migrates the file: it may rebuild the full-text index."""


class Database:
    """Creates the file and its folder, or migrates the file, when a connection is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite")
        self._revision_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-revision")
        self._name = secrets.token_hex(8)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    async def read(self, work: Work[Result]) -> Result:
        """Run `work` in a transaction that reads one snapshot, and return its result."""
        return await self._run("BEGIN", work)

    async def write(self, work: Work[Result]) -> Result:
        """Run `work` in a transaction that excludes other writers, and return its result."""
        return await self._run("BEGIN IMMEDIATE", work)

    async def autocommit(self, work: Work[Result]) -> Result:
        """Run `work` outside a transaction, so that each statement is its own, and return its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._with_connection, work)

    async def truncate_wal(self) -> None:
        """Move the write-ahead log into the file and empty it, unless others are using the file."""
        await self.autocommit(_truncate_wal)

    async def revision(self) -> str:
        """A token that changes with every transaction that writes, in any process.

        `data_version` reports the writes of other connections, so a thread that never writes reads it.
        """
        loop = asyncio.get_running_loop()
        return f"{self._name}.{await loop.run_in_executor(self._revision_thread, self._data_version)}"

    async def close(self) -> None:
        for threads in (self._threads, self._revision_thread):
            await asyncio.to_thread(threads.shutdown)
        for connection in self._connections[:1]:
            await asyncio.to_thread(_truncate_wal, connection)
        while self._connections:
            self._connections.pop().close()

    async def _run(self, begin: str, work: Work[Result]) -> Result:
        def transact(connection: sqlite3.Connection) -> Result:
            connection.execute(begin)
            with connection:
                return work(connection)

        return await self.autocommit(transact)

    def _with_connection(self, work: Work[Result]) -> Result:
        with self._translated_errors():
            return work(self._connection())

    def _data_version(self) -> int:
        with (
            self._translated_errors(),
            closing(self._connection().execute("PRAGMA data_version")) as cursor,
        ):
            return int(cursor.fetchone()[0])

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise Unavailable(
                f"The index {self.path} cannot be used: {error}{self._permission_needed()}."
            ) from error
        except sqlite3.DatabaseError as error:
            raise Misconfigured(f"{self.path} is not a usable index ({error}); move it away.") from error

    def _permission_needed(self) -> str:
        """The permission to give, if this user lacks one: SQLite names neither it nor the file."""
        for each in (self.path.parent, *self.path.parent.glob(f"{self.path.name}*")):
            if not os.access(each, os.R_OK | os.W_OK, effective_ids=True):
                return f"; let this user read and write {each}, or set FOOTNOTE_STATE"
        return ""

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
            self._connections.append(connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.create_function("separated", 1, separate_words, deterministic=True)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if _version(connection) == 0:
            _enable_wal(connection)
        while _version(connection) in MIGRATIONS:
            _migrate(connection)
        if (version := _version(connection)) != VERSION:
            raise Misconfigured(f"{self.path} {_advice(version)}")
        connection.execute("PRAGMA synchronous = NORMAL")


def _advice(version: int) -> str:
    """What to do with a file of an unsupported version."""
    if version > VERSION:
        return "was written by a newer Footnote: use that version, or move the file away."
    return (
        "was written by an older Footnote and cannot be read: move the file away, and everything is "
        "indexed again."
    )


def _migrate(connection: sqlite3.Connection) -> None:
    """Carry out the next migration, unless another process just did."""
    connection.execute(f"PRAGMA busy_timeout = {MIGRATION_TIMEOUT * 1000}")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        for statement in _statements(MIGRATIONS.get(_version(connection), "")):
            connection.execute(statement)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")


def _truncate_wal(connection: sqlite3.Connection) -> None:
    """If this fails, the log stays, and is read when the file is opened next."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")


def _enable_wal(connection: sqlite3.Connection) -> None:
    """Retries: of several connections that do this to a new file, SQLite refuses all but one at once."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # works only while the file is empty
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            forbidden = error.sqlite_errorcode & PRIMARY == sqlite3.SQLITE_READONLY
            if forbidden or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _version(connection: sqlite3.Connection) -> int:
    with closing(connection.execute("PRAGMA user_version")) as cursor:
        return int(cursor.fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
