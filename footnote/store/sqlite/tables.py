"""What is written to the tables and read from them, each within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
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


def commit(connection: Connection, manifest: Manifest) -> Manifest:
    stored = connection.execute("SELECT revision FROM manifests WHERE id = ?", (manifest.id,)).fetchone()
    if manifest.revision != (str(stored["revision"]) if stored else ""):
        raise Conflict(f"{manifest.uri} was committed by another writer meanwhile.")
    check_complete(manifest, generations.kept(connection))
    row = rows.manifest_row(manifest) | {"revision": int(manifest.revision or 0) + 1}
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(f"REPLACE INTO manifests ({names}) VALUES ({values})", row)
    connection.execute(
        "DELETE FROM chunks WHERE document = :id AND version <> :version"
        " AND CAST(substr(version, 1, 8) AS INTEGER) <= :sequence",
        row,
    )
    connection.execute(f"DELETE FROM staged WHERE document = :id AND NOT {UNCOMMITTED}", row)
    return replace(manifest, revision=str(row["revision"]))


def discard(connection: Connection, manifest: Manifest) -> None:
    connection.execute(
        "DELETE FROM chunks WHERE document = :id AND version = :version AND EXISTS"
        " (SELECT 1 FROM manifests WHERE id = :id AND version <> :version AND sequence >= :sequence)",
        {"id": manifest.id, "version": manifest.version, "sequence": manifest.sequence},
    )


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
