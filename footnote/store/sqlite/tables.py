"""What is written to the tables and read from them, each within the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from sqlite3 import Connection

from footnote.errors import Conflict
from footnote.store import Chunk, Generation, Leftover, Manifest, State
from footnote.store.generations import check_chunks, check_complete
from footnote.store.sqlite import generations, rows

PAGE = 500
UNCOMMITTED = (
    "EXISTS (SELECT 1 FROM chunks LEFT JOIN manifests ON manifests.id = chunks.document"
    " WHERE chunks.document = staged.document AND chunks.version IS NOT manifests.version)"
)
"""Whether a document that is staged has chunks of a version that is not committed."""
SUPERSEDED = (
    "staged CROSS JOIN manifests ON manifests.id = staged.document"
    " CROSS JOIN chunks ON chunks.document = staged.document WHERE chunks.version <> manifests.version"
    " AND CAST(substr(chunks.version, 1, 8) AS INTEGER) <= manifests.sequence"
)
"""Chunks that no reader will ever see again."""


def manifest(connection: Connection, document: str) -> Manifest | None:
    row = connection.execute("SELECT * FROM manifests WHERE id = ?", (document,)).fetchone()
    return rows.manifest(row) if row else None


def manifests(connection: Connection, state: State | None, after: str, prefix: str) -> list[Manifest]:
    """At most PAGE of them."""
    found = connection.execute(
        "SELECT * FROM manifests WHERE id > :after AND (:state IS NULL OR state = :state)"
        " AND substr(key, 1, length(:prefix)) = :prefix ORDER BY id LIMIT :page",
        {"after": after, "state": state, "prefix": prefix, "page": PAGE},
    )
    return [rows.manifest(row) for row in found]


def stage(
    connection: Connection, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation
) -> None:
    check_chunks(generation, chunks)
    generations.check_kept(connection, generation)
    connection.execute(
        "INSERT OR IGNORE INTO staged VALUES (?, ?, ?)", (manifest.id, manifest.uri, manifest.key)
    )
    place = {"generation": generation.name, "document": manifest.id, "version": manifest.version}
    connection.executemany(
        "DELETE FROM chunks WHERE generation = :generation AND document = :document"
        " AND version = :version AND ordinal = :ordinal",
        [{**place, "ordinal": chunk.ordinal} for chunk in chunks],
    )
    connection.executemany(
        "INSERT INTO chunks (generation, document, version, ordinal, text, context, headings, page,"
        " start, end, vector, gap, marks) VALUES (:generation, :document, :version, :ordinal, :text,"
        " :context, :headings, :page, :start, :end, :vector, :gap, :marks)",
        [{**place, **rows.chunk_row(chunk)} for chunk in chunks],
    )


def commit(
    connection: Connection, manifest: Manifest, spare: Collection[str] = ()
) -> tuple[Manifest, bool]:
    """What was committed, and whether there may be more to `clear` of the document."""
    stored = connection.execute("SELECT revision FROM manifests WHERE id = ?", (manifest.id,)).fetchone()
    if manifest.revision != (str(stored["revision"]) if stored else ""):
        raise Conflict(f"{manifest.uri} was committed by another writer meanwhile.")
    check_complete(manifest, generations.kept(connection), spare)
    row = rows.manifest_row(manifest) | {"revision": int(manifest.revision or 0) + 1}
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(f"REPLACE INTO manifests ({names}) VALUES ({values})", row)
    # What was staged for a generation that was left out after all; later another may stage it anew.
    connection.execute(
        "DELETE FROM chunks WHERE document = :id AND version = :version"
        " AND generation NOT IN (SELECT key FROM json_each(:held))",
        row,
    )
    # Where it is removed it was not staged, and what is not cleared at once must be found.
    connection.execute("INSERT OR IGNORE INTO staged VALUES (:id, :uri, :key)", row)
    return replace(manifest, revision=str(row["revision"])), clear(connection, manifest.id)


def clear(connection: Connection, document: str | None = None) -> bool:
    """Remove some chunks that no reader will see again, of a document or of all. Returns whether there
    may be more."""
    one = "" if document is None else " AND staged.document = :document"
    values = {"document": document, "batch": generations.BATCH}
    removed = connection.execute(
        f"DELETE FROM chunks WHERE row IN (SELECT row FROM {SUPERSEDED}{one} LIMIT :batch)", values
    ).rowcount
    connection.execute(f"DELETE FROM staged WHERE NOT {UNCOMMITTED}{one}", values)
    return removed == generations.BATCH


def leftovers(connection: Connection) -> list[Leftover]:
    found = connection.execute(f"SELECT uri, key FROM staged WHERE {UNCOMMITTED}")
    return [Leftover(row["uri"], row["key"]) for row in found]


def chunks(connection: Connection, document: str, groups: frozenset[str] | None) -> list[Chunk]:
    found = manifest(connection, document)
    if found is None or not found.readable(groups):
        return []
    holding = [each.name for each in generations.kept(connection) if each.name in found.held]
    stored = connection.execute(
        "SELECT * FROM chunks WHERE document = ? AND version = ? AND generation = ? ORDER BY ordinal",
        (document, found.version, next(iter(holding), "")),
    )
    return [rows.chunk(row) for row in stored]
