"""Generations of chunks as rows of a table. Each function runs in the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from sqlite3 import Connection

from footnote.errors import Conflict, InvalidRequest
from footnote.store import Generation, Recipe
from footnote.store.generations import check_may_create_next, find, new_name
from footnote.store.sqlite.serialization import generation_from_row

BATCH = 500
"""Chunks that one transaction removes, so that other writers get their turn."""
DROPPED = -1
"""Value of the column `live` while the chunks of a dropped generation are being removed."""
NOT_DROPPED = f"live <> {DROPPED}"


def load(connection: Connection) -> tuple[Generation, ...]:
    """All generations, the live one first."""
    found = connection.execute(f"SELECT * FROM generations WHERE {NOT_DROPPED} ORDER BY live DESC")
    return tuple(map(generation_from_row, found))


def live(connection: Connection) -> Generation | None:
    return next(iter(load(connection)), None)


def check_exists(connection: Connection, generation: Generation) -> None:
    """Raise Conflict if the generation was dropped."""
    if generation.name not in {each.name for each in load(connection)}:
        raise Conflict(f"The index {generation.name} no longer exists.")


def ensure_live(connection: Connection, recipe: Recipe) -> Generation:
    return live(connection) or _create(connection, recipe, live=True)


def create_next(connection: Connection, recipe: Recipe) -> Generation:
    generations = load(connection)
    if found := find(generations, recipe):
        return found
    check_may_create_next(generations)
    return _create(connection, recipe, live=False)


def switch(connection: Connection, generation: Generation) -> None:
    check_exists(connection, generation)
    now = datetime.now(UTC).isoformat()
    connection.execute(
        "UPDATE generations SET live = 0, live_until = ? WHERE live = 1 AND name <> ?",
        (now, generation.name),
    )
    connection.execute(
        "UPDATE generations SET live = 1, live_until = NULL WHERE name = ?", (generation.name,)
    )


def mark_dropped(connection: Connection, generation: Generation) -> None:
    """Hide the generation from everyone; `remove_dropped` removes its chunks."""
    present = live(connection)
    if present is not None and present.name == generation.name:
        raise InvalidRequest(f"The index {generation.name} is live; it cannot be dropped.")
    connection.execute("UPDATE generations SET live = ? WHERE name = ?", (DROPPED, generation.name))


def remove_dropped(connection: Connection) -> bool:
    """Remove a batch of chunks of dropped generations. Returns whether there may be more."""
    removed = connection.execute(
        "DELETE FROM chunks WHERE row IN (SELECT row FROM chunks"
        f" WHERE generation NOT IN (SELECT name FROM generations WHERE {NOT_DROPPED}) LIMIT ?)",
        (BATCH,),
    ).rowcount
    if removed < BATCH:
        connection.execute(f"DELETE FROM generations WHERE NOT {NOT_DROPPED}")
    return removed == BATCH


def _create(connection: Connection, recipe: Recipe, *, live: bool) -> Generation:
    name = new_name("chunks")
    connection.execute(
        "INSERT INTO generations (name, model, dimensions, chunking, live) VALUES (?, ?, ?, ?, ?)",
        (name, *recipe, int(live)),
    )
    return Generation(name, recipe)
