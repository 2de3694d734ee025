"""The two arms of a search, and the passages they find."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import TYPE_CHECKING

from footnote.contracts import Passage
from footnote.store.coverage import coverage
from footnote.store.fusion import CANDIDATES
from footnote.store.sqlite import rows
from footnote.store.sqlite.scope import JOIN, Scope
from footnote.store.words import GAP, neighbours

if TYPE_CHECKING:
    from footnote.store.sqlite.vectors import Cosines

Scores = dict[int, float]
"""By row of the chunks table."""

WIDTH = 4 * CANDIDATES
"""Nearest rows that are checked for visibility, some after some, before all rows in scope are listed."""


def keyword_arm(connection: Connection, scope: Scope, words: Sequence[str]) -> Scores:
    """BM25 of the best chunks that have any of the words; neighbours found together count again."""
    if not words:
        return {}
    found = connection.execute(
        "SELECT chunks.row, -words.rank AS score FROM words"
        f" JOIN chunks ON chunks.row = words.rowid {JOIN}"
        f" WHERE words MATCH :words AND {scope.condition} ORDER BY words.rank LIMIT :limit",
        {**scope.values, "words": _any(words), "limit": CANDIDATES},
    )
    return {row["row"]: row["score"] for row in found}


def vector_arm(connection: Connection, scope: Scope, cosines: Cosines) -> Scores:
    """Cosines of the nearest chunks, exact."""
    near = cosines.nearest(WIDTH)
    found: Scores = {}
    for first in range(0, len(near), CANDIDATES):
        scores = cosines.at(near[first : first + CANDIDATES])
        shown = set(scope.among(connection, list(scores)))
        found |= {row: score for row, score in scores.items() if row in shown}
        if len(found) >= CANDIDATES:
            return dict(islice(found.items(), CANDIDATES))
    if len(near) == len(cosines.rows):
        return found
    return cosines.at(cosines.nearest_of(scope.rows(connection), CANDIDATES))


def passages(
    connection: Connection, ranked: Sequence[tuple[int, float]], cosines: Mapping[int, float]
) -> list[Passage]:
    """The passages of rows with their scores, in the order given."""
    found = connection.execute(
        f"SELECT chunks.*, uri, title FROM chunks {JOIN} WHERE row IN (SELECT value FROM json_each(?))",
        (json.dumps([row for row, _ in ranked]),),
    )
    by_row = {row["row"]: row for row in found}
    return [rows.passage(by_row[row], score, cosines.get(row)) for row, score in ranked]


def covered(
    connection: Connection, scope: Scope, words: Sequence[str], shown: Sequence[int]
) -> list[float]:
    """Coverage of the words by each of the rows shown, as if there were no chunks out of scope."""
    chunks, is_all = scope.count(connection)
    asked = {"asked": json.dumps([*map(_quoted, words)]), "shown": json.dumps(shown)}
    counted = connection.execute(_count(None if is_all else scope), {**scope.values, **asked})
    frequencies: dict[str, int] = {}
    found: dict[int, set[str]] = {row: set() for row in shown}
    for word, (counts,) in zip(words, counted, strict=True):
        frequencies[word], having = json.loads(counts)
        for row in having:
            found[row].add(word)
    return coverage(frequencies, chunks, found.values())


def _any(words: Sequence[str]) -> str:
    near = (f"NEAR({_quoted(one)} {_quoted(other)}, {GAP})" for one, other in neighbours(words))
    return " OR ".join([*map(_quoted, words), *near])


def _count(scope: Scope | None) -> str:
    """What counts the chunks that have each word asked, and tells which of those shown do.

    What is in scope is listed once for all words: to look at each chunk with a word would take longer.
    """
    among = f" AND +words.rowid IN ({scope.listing})" if scope else ""
    return (
        "SELECT (SELECT json_array(count(*), json(json_group_array(words.rowid)"
        " FILTER (WHERE words.rowid IN (SELECT value FROM json_each(:shown)))))"
        f" FROM words WHERE words MATCH asked.value{among}) FROM json_each(:asked) AS asked"
    )


def _quoted(word: str) -> str:
    return f'"{word}"'
