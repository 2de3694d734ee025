"""Room that removed chunks leave in the file, given back to the disk step by step."""

from __future__ import annotations

from sqlite3 import Connection

LARGE = 16 << 20
"""Bytes of a file; in a smaller one nobody misses what is free."""
SHARE = 0.5
"""Of a large file that may be free: new chunks take it."""
MERGED, FREED = 500, 2500
"""Pages that one step writes of the word index, or gives back."""
LEAST = 2
"""Changes that a step counts which merged anything, as the documentation of FTS5 has it."""


def is_due(connection: Connection) -> bool:
    """Whether so much is free that it is worth the steps."""
    pages, size = _value(connection, "page_count"), _value(connection, "page_size")
    return pages * size > LARGE and _value(connection, "freelist_count") > SHARE * pages


def begin_merge(connection: Connection) -> None:
    """Have all of the word index merged into one, so that it keeps no words of what was removed."""
    _merge(connection, -MERGED)


def merge(connection: Connection) -> bool:
    """Returns whether there is more to do."""
    before = connection.total_changes
    _merge(connection, MERGED)
    return connection.total_changes - before >= LEAST


def give_back(connection: Connection) -> bool:
    """Returns whether there is more to do. In no transaction."""
    if not _value(connection, "auto_vacuum"):
        # The file of an earlier Footnote: it is written anew, once, and less than half of it is left.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("VACUUM")
    connection.executescript(f"PRAGMA incremental_vacuum({FREED})")  # execute() would free one page
    return _value(connection, "freelist_count") > 0


def _merge(connection: Connection, pages: int) -> None:
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))


def _value(connection: Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
