"""A database file that threads and processes share: connections, transactions, errors."""

from __future__ import annotations

import asyncio
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
from footnote.store.sqlite.schema import STEPS, VERSION
from footnote.text.normalization import separate_words

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

THREADS = 4
PATIENCE = 10
"""Seconds to wait for another writer."""
STEP_PATIENCE = 120
"""Seconds to wait for one who brings the file to another version, which may make its word index anew."""


class Database:
    """The file is made, with its folder, by whoever comes first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite")
        self._watching = ThreadPoolExecutor(1, thread_name_prefix="sqlite-watching")
        self._name = secrets.token_hex(8)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    async def read(self, work: Work[Result]) -> Result:
        """What `work` returns; all it reads is of one moment."""
        return await self._run("BEGIN", work)

    async def write(self, work: Work[Result]) -> Result:
        """What `work` returns; all it writes happens, or nothing. No other writer comes between."""
        return await self._run("BEGIN IMMEDIATE", work)

    async def alone(self, work: Work[Result]) -> Result:
        """What `work` returns, whose statements are in no transaction but their own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._guarded, work)

    async def truncate(self) -> None:
        """Move what was written ahead into the file, and empty the log, if nobody is at work."""
        await self.alone(_truncate)

    async def revision(self) -> str:
        """Another one after every transaction that wrote, whoever did.

        SQLite tells a connection that others wrote: this one belongs to a thread that never does.
        """
        loop = asyncio.get_running_loop()
        return f"{self._name}.{await loop.run_in_executor(self._watching, self._written)}"

    async def close(self) -> None:
        for threads in (self._threads, self._watching):
            await asyncio.to_thread(threads.shutdown)
        for connection in self._connections[:1]:
            await asyncio.to_thread(_truncate, connection)
        while self._connections:
            self._connections.pop().close()

    async def _run(self, begin: str, work: Work[Result]) -> Result:
        def transact(connection: sqlite3.Connection) -> Result:
            connection.execute(begin)
            with connection:
                return work(connection)

        return await self.alone(transact)

    def _guarded(self, work: Work[Result]) -> Result:
        with self._errors():
            return work(self._connection())

    def _written(self) -> int:
        with self._errors(), closing(self._connection().execute("PRAGMA data_version")) as cursor:
            return int(cursor.fetchone()[0])

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise Unavailable(f"The index {self.path} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise Misconfigured(f"{self.path} is no usable index ({error}); move it away.") from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
            self._connections.append(connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
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
            _write_ahead(connection)
        while _version(connection) in STEPS:
            _step(connection)
        if (version := _version(connection)) != VERSION:
            raise Misconfigured(f"{self.path} {_of_another(version)}")
        connection.execute("PRAGMA synchronous = NORMAL")


def _of_another(version: int) -> str:
    """What to do with a file of a version that this program does not read."""
    if version > VERSION:
        return "was written by a newer Footnote: start that again, or move the file away."
    return (
        "was written by an older Footnote, whose index this one cannot read: move the file away, and "
        "all is indexed anew."
    )


def _step(connection: sqlite3.Connection) -> None:
    """Bring the file one version further, unless another process just did."""
    connection.execute(f"PRAGMA busy_timeout = {STEP_PATIENCE * 1000}")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        for statement in _statements(STEPS.get(_version(connection), "")):
            connection.execute(statement)
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _truncate(connection: sqlite3.Connection) -> None:
    """Where it cannot be done, whoever opens the file next has the log."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """When several connections ask for it of a new file, SQLite refuses all but one without waiting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only of a file with nothing in it
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
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
