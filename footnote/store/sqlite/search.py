"""Keyword and vector search in SQLite, and the passages and coverages of a result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import TYPE_CHECKING

from footnote.contracts import Passage
from footnote.store.coverage import coverage, unknown_terms
from footnote.store.fusion import CANDIDATES
from footnote.store.sqlite.scope import JOIN, Scope
from footnote.store.sqlite.serialization import passage_from_row
from footnote.store.terms import SLOP, bigrams

if TYPE_CHECKING:
    from footnote.store.sqlite.vectors import Cosines

Scores = dict[int, float]
"""By row of the chunks table."""

MAX_CHECKED = 4 * CANDIDATES
"""Nearest rows that are checked, batch by batch, before all rows in scope are listed instead."""


def keyword_arm(connection: Connection, scope: Scope, terms: Sequence[str]) -> Scores:
    """The best chunks by BM25 that contain any of the terms; bigrams add to the score."""
    if not terms:
        return {}
    found = connection.execute(
        "SELECT chunks.row, -words.rank AS score FROM words"
        f" JOIN chunks ON chunks.row = words.rowid {JOIN}"
        f" WHERE words MATCH :words AND {scope.condition} ORDER BY words.rank LIMIT :limit",
        {**scope.parameters, "words": _match_any(terms), "limit": CANDIDATES},
    )
    return {row["row"]: row["score"] for row in found}


def vector_arm(connection: Connection, scope: Scope, cosines: Cosines) -> Scores:
    """The cosines of the nearest chunks in scope; exact."""
    nearest = cosines.nearest(MAX_CHECKED)
    found: Scores = {}
    for first in range(0, len(nearest), CANDIDATES):
        scores = cosines.at(nearest[first : first + CANDIDATES])
        in_scope = set(scope.among(connection, list(scores)))
        found |= {row: score for row, score in scores.items() if row in in_scope}
        if len(found) >= CANDIDATES:
            return dict(islice(found.items(), CANDIDATES))
    if len(nearest) == len(cosines.rows):
        return found
    return cosines.at(cosines.nearest_of(scope.rows(connection), CANDIDATES))


def passages(
    connection: Connection, ranking: Sequence[tuple[int, float]], cosines: Mapping[int, float]
) -> list[Passage]:
    """The passages of the ranked rows, in the same order."""
    found = connection.execute(
        f"SELECT chunks.*, uri, title FROM chunks {JOIN} WHERE row IN (SELECT value FROM json_each(?))",
        (json.dumps([row for row, _ in ranking]),),
    )
    by_row = {row["row"]: row for row in found}
    return [passage_from_row(by_row[row], score, cosines.get(row)) for row, score in ranking]


def coverages(
    connection: Connection, scope: Scope, terms: Sequence[str], rows: Sequence[int]
) -> tuple[list[float], list[str]]:
    """The coverage of the terms by each of `rows`, and the terms that no chunk in scope contains; chunks
    out of scope do not affect idf."""
    chunks, is_all = scope.count(connection)
    parameters = {"terms": json.dumps([*map(_quoted, terms)]), "rows": json.dumps(rows)}
    counts = connection.execute(
        _count_terms(None if is_all else scope), {**scope.parameters, **parameters}
    )
    frequencies: dict[str, int] = {}
    matched: dict[int, set[str]] = {row: set() for row in rows}
    for term, (count,) in zip(terms, counts, strict=True):
        frequencies[term], matching_rows = json.loads(count)
        for row in matching_rows:
            matched[row].add(term)
    return coverage(frequencies, chunks, matched.values()), unknown_terms(frequencies)


def _match_any(terms: Sequence[str]) -> str:
    pairs = (f"NEAR({_quoted(one)} {_quoted(other)}, {SLOP})" for one, other in bigrams(terms))
    return " OR ".join([*map(_quoted, terms), *pairs])


def _count_terms(scope: Scope | None) -> str:
    """SQL for the number of chunks in scope that contain each of :terms, and which of :rows do.

    The scope is listed once for all terms: checking each chunk that contains a term would take longer.
    """
    in_scope = f" AND +words.rowid IN ({scope.select_rows})" if scope else ""
    return (
        "SELECT (SELECT json_array(count(*), json(json_group_array(words.rowid)"
        " FILTER (WHERE words.rowid IN (SELECT value FROM json_each(:rows)))))"
        f" FROM words WHERE words MATCH term.value{in_scope}) FROM json_each(:terms) AS term"
    )


def _quoted(term: str) -> str:
    return f'"{term}"'
