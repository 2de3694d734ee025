"""Generations of chunks, as rows of a table, each within the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from sqlite3 import Connection

from footnote.errors import Conflict, InvalidRequest
from footnote.store import Generation
from footnote.store.generations import check_room, made_of, new_name
from footnote.store.sqlite import rows

BATCH = 500
"""Chunks that one transaction removes, so that other writers come between."""
GOING = -1
"""In place of whether it is live: it is kept no longer, and its chunks are still to be removed."""
KEPT = f"live <> {GOING}"


def kept(connection: Connection) -> tuple[Generation, ...]:
    """The live one first."""
    found = connection.execute(f"SELECT * FROM generations WHERE {KEPT} ORDER BY live DESC")
    return tuple(map(rows.generation, found))


def live(connection: Connection) -> Generation | None:
    return next(iter(kept(connection)), None)


def check_kept(connection: Connection, generation: Generation) -> None:
    """Raise Conflict where it was dropped."""
    if generation.name not in {each.name for each in kept(connection)}:
        raise Conflict(f"The index {generation.name} is kept no longer.")


def prepare(connection: Connection, model: str, dimensions: int, chunking: str) -> Generation:
    return live(connection) or _make(connection, model, dimensions, chunking, live=True)


def begin(connection: Connection, model: str, dimensions: int, chunking: str) -> Generation:
    found = kept(connection)
    if same := made_of(found, model, dimensions, chunking):
        return same
    check_room(found)
    return _make(connection, model, dimensions, chunking, live=False)


def switch(connection: Connection, generation: Generation) -> None:
    check_kept(connection, generation)
    now = datetime.now(UTC).isoformat()
    connection.execute(
        "UPDATE generations SET live = 0, live_until = ? WHERE live = 1 AND name <> ?",
        (now, generation.name),
    )
    connection.execute(
        "UPDATE generations SET live = 1, live_until = NULL WHERE name = ?", (generation.name,)
    )


def forget(connection: Connection, generation: Generation) -> None:
    """Keep it no longer; its chunks are still there, for nobody, until they are swept."""
    present = live(connection)
    if present is not None and present.name == generation.name:
        raise InvalidRequest(f"The index {generation.name} is live; it cannot be dropped.")
    connection.execute("UPDATE generations SET live = ? WHERE name = ?", (GOING, generation.name))


def sweep(connection: Connection) -> bool:
    """Remove some chunks of generations that are kept no longer. Returns whether there may be more."""
    removed = connection.execute(
        "DELETE FROM chunks WHERE row IN (SELECT row FROM chunks"
        f" WHERE generation NOT IN (SELECT name FROM generations WHERE {KEPT}) LIMIT ?)",
        (BATCH,),
    ).rowcount
    if removed < BATCH:
        connection.execute(f"DELETE FROM generations WHERE NOT {KEPT}")
    return removed == BATCH


def _make(
    connection: Connection, model: str, dimensions: int, chunking: str, *, live: bool
) -> Generation:
    name = new_name("chunks")
    connection.execute(
        "INSERT INTO generations (name, model, dimensions, chunking, live) VALUES (?, ?, ?, ?, ?)",
        (name, model, dimensions, chunking, int(live)),
    )
    return Generation(name, model, dimensions, chunking)
