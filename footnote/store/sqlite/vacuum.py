"""Returns the space of removed chunks to the disk, in small steps."""

from __future__ import annotations

from sqlite3 import Connection

MIN_SIZE = 16 << 20
"""Bytes; the free space of a smaller file is not worth the work."""
MAX_FREE_SHARE = 0.5
"""Share of the file that may be free: new chunks will use it."""
MERGE_PAGES, VACUUM_PAGES = 500, 2500
"""Pages that one step writes of the full-text index, or frees."""
MIN_CHANGES = 2
"""Changes that a merge step counts if it merged anything, by the documentation of FTS5."""


def is_due(connection: Connection) -> bool:
    """Whether so much of the file is free that it is worth the work."""
    pages, size = _value(connection, "page_count"), _value(connection, "page_size")
    return pages * size > MIN_SIZE and _value(connection, "freelist_count") > MAX_FREE_SHARE * pages


def begin_merge(connection: Connection) -> None:
    """Start to merge the full-text index into one segment, which drops the words of removed chunks."""
    _merge(connection, -MERGE_PAGES)


def merge(connection: Connection) -> bool:
    """Continue the merge by one step. Returns whether there is more to do."""
    before = connection.total_changes
    _merge(connection, MERGE_PAGES)
    return connection.total_changes - before >= MIN_CHANGES


def free_pages(connection: Connection) -> bool:
    """Free some pages. Returns whether there are more. Must run outside a transaction."""
    if not _value(connection, "auto_vacuum"):
        # A file of an earlier version is rewritten once; less than half of it is in use.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("VACUUM")
    connection.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")  # execute() frees one page
    return _value(connection, "freelist_count") > 0


def _merge(connection: Connection, pages: int) -> None:
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))


def _value(connection: Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
