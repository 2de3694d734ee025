"""Candidates of one query: the bodies of its multi search, and the parsed responses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from footnote.store import Query
from footnote.store.coverage import coverage, unknown_terms
from footnote.store.elasticsearch.documents.serialization import ChunkId
from footnote.store.elasticsearch.search import queries
from footnote.store.elasticsearch.search.queries import Clause
from footnote.store.fusion import Fusion, fuse
from footnote.store.terms import query_terms

Scores = dict[str, float]
"""By chunk id as a string: hashing hundreds of tuples at each look-up would take longer."""
Ranking = Sequence[tuple[ChunkId, float]]


class SearchFailed(Exception):
    """One of the searches failed with this HTTP status."""

    def __init__(self, status: int, error: Any) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass(slots=True)
class Candidates:
    arms: list[Scores] = field(default_factory=list)
    cosines: Scores = field(default_factory=dict)
    matched: dict[str, Collection[str]] = field(default_factory=dict)
    """The terms of the query that each candidate contains, by chunk id."""
    frequencies: dict[str, int] = field(default_factory=dict)
    """Number of chunks in scope that contain each term."""
    chunks: int = 0
    """Number of chunks in scope."""
    indices: set[str] = field(default_factory=set)
    """Names of the indices that the candidates are in."""

    def best(self, fusion: Fusion, count: int) -> Ranking:
        return [(ChunkId.parse(id), score) for id, score in fuse(self.arms, fusion)[:count]]

    def all(self) -> list[ChunkId]:
        return list(map(ChunkId.parse, self.matched))

    def coverages(self, ranking: Ranking) -> list[float]:
        matched = (self.matched[str(chunk)] for chunk, _ in ranking)
        return coverage(self.frequencies, self.chunks, matched)

    @property
    def unknown(self) -> list[str]:
        return unknown_terms(self.frequencies)


def search_bodies(
    query: Query, versions: Mapping[str, str | None], stale: Collection[str]
) -> dict[str, Clause]:
    """The bodies of the multi search by purpose; `versions` and `stale` as in `queries.scope`."""
    terms, scope = query_terms(query.text), queries.scope(query, versions, stale)
    bodies = {"frequencies": queries.frequencies(terms, scope)}
    if query.mode != "vector" and terms:
        bodies["keyword"] = queries.keyword_arm(terms, scope)
    if query.mode != "keyword" and query.vector is not None:
        bodies["vector"] = queries.vector_arm(terms, scope, query.vector)
    return bodies


def parse_responses(responses: Mapping[str, Any]) -> Candidates:
    """The candidates in the responses to `search_bodies`. Raises SearchFailed."""
    for response in responses.values():
        if "error" in response:
            raise SearchFailed(response["status"], response["error"])
    found = Candidates()
    for arm in ("keyword", "vector"):
        if arm in responses:
            found.arms.append(_add_hits(found, responses[arm]["hits"]["hits"]))
    if "vector" in responses:
        found.cosines = {id: 2 * score - 1 for id, score in found.arms[-1].items()}
    _add_frequencies(found, responses["frequencies"])
    return found


def _add_hits(found: Candidates, hits: Iterable[Any]) -> Scores:
    """Returns the scores of the hits. Each field of a hit is a list of one value."""
    scores: Scores = {}
    for hit in hits:
        fields = hit["fields"]
        id = str(ChunkId(fields["document"][0], fields["version"][0], fields["ordinal"][0]))
        scores[id] = hit["_score"]
        found.matched[id] = hit.get("matched_queries", ())
        found.indices.add(hit["_index"])
    return scores


def _add_frequencies(found: Candidates, response: Any) -> None:
    found.chunks = response["hits"]["total"]["value"]
    if "aggregations" in response:
        buckets = response["aggregations"]["words"]["buckets"]
        found.frequencies = {term: bucket["doc_count"] for term, bucket in buckets.items()}
