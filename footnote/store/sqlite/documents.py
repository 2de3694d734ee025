"""Manifests and chunks of documents in the tables. Each function runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from sqlite3 import Connection

from footnote.errors import Conflict
from footnote.store import Chunk, ChunkCounts, Generation, Leftover, Manifest, State
from footnote.store.generations import check_complete, check_dimensions
from footnote.store.sqlite import generations
from footnote.store.sqlite.serialization import (
    chunk_from_row,
    chunk_to_row,
    manifest_from_row,
    manifest_to_row,
)

PAGE = 500
HAS_UNCOMMITTED = (
    "EXISTS (SELECT 1 FROM chunks LEFT JOIN manifests ON manifests.id = chunks.document"
    " WHERE chunks.document = staged.document AND chunks.version IS NOT manifests.version)"
)
"""Condition on a row of `staged`: the document has chunks of a version that is not committed."""
SUPERSEDED = (
    "staged CROSS JOIN manifests ON manifests.id = staged.document"
    " CROSS JOIN chunks ON chunks.document = staged.document WHERE chunks.version <> manifests.version"
    " AND CAST(substr(chunks.version, 1, 8) AS INTEGER) <= manifests.sequence"
)
"""Chunks that no reader will see again; see `Manifest.supersedes`."""


def manifest(connection: Connection, document: str) -> Manifest | None:
    row = connection.execute("SELECT * FROM manifests WHERE id = ?", (document,)).fetchone()
    return manifest_from_row(row) if row else None


def manifests(connection: Connection, state: State | None, after: str, prefix: str) -> list[Manifest]:
    """At most PAGE of them."""
    found = connection.execute(
        "SELECT * FROM manifests WHERE id > :after AND (:state IS NULL OR state = :state)"
        " AND substr(key, 1, length(:prefix)) = :prefix ORDER BY id LIMIT :page",
        {"after": after, "state": state, "prefix": prefix, "page": PAGE},
    )
    return [manifest_from_row(row) for row in found]


def chunk_counts(connection: Connection, generation: Generation) -> ChunkCounts:
    found = connection.execute(
        "SELECT document, version, count(*) AS count FROM chunks WHERE generation = ?"
        " GROUP BY document, version",
        (generation.name,),
    )
    return {(row["document"], row["version"]): row["count"] for row in found}


def stage(
    connection: Connection, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation
) -> None:
    check_dimensions(generation, chunks)
    generations.check_exists(connection, generation)
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
        [{**place, **chunk_to_row(chunk)} for chunk in chunks],
    )


def commit(
    connection: Connection, manifest: Manifest, optional: Collection[str] = ()
) -> tuple[Manifest, bool]:
    """The committed manifest, and whether `remove_superseded` may have more to remove."""
    stored = connection.execute("SELECT revision FROM manifests WHERE id = ?", (manifest.id,)).fetchone()
    if manifest.revision != (str(stored["revision"]) if stored else ""):
        raise Conflict(f"{manifest.uri} was committed by another writer.")
    check_complete(manifest, generations.load(connection), optional)
    row = manifest_to_row(manifest) | {"revision": int(manifest.revision or 0) + 1}
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(f"REPLACE INTO manifests ({names}) VALUES ({values})", row)
    # Chunks staged for an optional generation that the manifest then left out: a search there would
    # show a part of the document.
    connection.execute(
        "DELETE FROM chunks WHERE document = :id AND version = :version"
        " AND generation NOT IN (SELECT key FROM json_each(:held))",
        row,
    )
    # A deletion staged nothing, but chunks that are not removed at once must be found later.
    connection.execute("INSERT OR IGNORE INTO staged VALUES (:id, :uri, :key)", row)
    has_more = remove_superseded(connection, manifest.id)
    return replace(manifest, revision=str(row["revision"])), has_more


def remove_superseded(connection: Connection, document: str | None = None) -> bool:
    """Remove a batch of superseded chunks, of one document or of all.

    Returns whether there may be more.
    """
    only = "" if document is None else " AND staged.document = :document"
    values = {"document": document, "batch": generations.BATCH}
    removed = connection.execute(
        f"DELETE FROM chunks WHERE row IN (SELECT row FROM {SUPERSEDED}{only} LIMIT :batch)", values
    ).rowcount
    connection.execute(f"DELETE FROM staged WHERE NOT {HAS_UNCOMMITTED}{only}", values)
    return removed == generations.BATCH


def leftovers(connection: Connection) -> list[Leftover]:
    found = connection.execute(f"SELECT uri, key FROM staged WHERE {HAS_UNCOMMITTED}")
    return [Leftover(row["uri"], row["key"]) for row in found]


def chunks(connection: Connection, document: str, groups: frozenset[str] | None) -> list[Chunk]:
    found = manifest(connection, document)
    if found is None or not found.readable_by(groups):
        return []
    names = [each.name for each in generations.load(connection)]
    generation = next((name for name in names if name in found.chunk_counts), "")
    stored = connection.execute(
        "SELECT * FROM chunks WHERE document = ? AND version = ? AND generation = ? ORDER BY ordinal",
        (document, found.version, generation),
    )
    return [chunk_from_row(row) for row in stored]
