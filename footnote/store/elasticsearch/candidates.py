"""What one multi search finds: the candidates of both arms, and how rare the words are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from footnote.store import Query
from footnote.store.coverage import coverage
from footnote.store.elasticsearch import queries
from footnote.store.elasticsearch.documents import ChunkId
from footnote.store.elasticsearch.queries import Clause
from footnote.store.fusion import Fusion, fuse
from footnote.store.words import words

Scores = dict[str, float]
"""By the chunk's id as a string: as a tuple, each of hundreds would be hashed with every look."""
Ranking = Sequence[tuple[ChunkId, float]]


class SearchFailed(Exception):
    """One of the searches failed, with this HTTP status."""

    def __init__(self, status: int, error: Any) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass(slots=True)
class Candidates:
    arms: list[Scores] = field(default_factory=list)
    cosines: Scores = field(default_factory=dict)
    matched: dict[str, Collection[str]] = field(default_factory=dict)
    """The words of the question that a chunk has."""
    frequencies: dict[str, int] = field(default_factory=dict)
    chunks: int = 0
    indices: set[str] = field(default_factory=set)
    """Where the candidates are."""

    def best(self, fusion: Fusion, count: int) -> Ranking:
        return [(ChunkId.parse(id), score) for id, score in fuse(self.arms, fusion)[:count]]

    def all(self) -> list[ChunkId]:
        return list(map(ChunkId.parse, self.matched))

    def coverage(self, shown: Ranking) -> list[float]:
        found = (self.matched[str(chunk)] for chunk, _ in shown)
        return coverage(self.frequencies, self.chunks, found)


def searches(
    query: Query, current: Mapping[str, str | None], unsettled: Collection[str]
) -> dict[str, Clause]:
    """The bodies of the multi search, by what they are for."""
    asked, scope = words(query.text), queries.scope(query, current, unsettled)
    bodies = {"frequencies": queries.frequencies(asked, scope)}
    if query.mode != "vector" and asked:
        bodies["keyword"] = queries.keyword_arm(asked, scope)
    if query.mode != "keyword" and query.vector is not None:
        bodies["vector"] = queries.vector_arm(asked, scope, query.vector)
    return bodies


def candidates(responses: Mapping[str, Any]) -> Candidates:
    """From the responses to `searches`. Raises SearchFailed."""
    for response in responses.values():
        if "error" in response:
            raise SearchFailed(response["status"], response["error"])
    found = Candidates()
    for arm in ("keyword", "vector"):
        if arm in responses:
            found.arms.append(_scores(found, responses[arm]["hits"]["hits"]))
    if "vector" in responses:
        found.cosines = {id: 2 * score - 1 for id, score in found.arms[-1].items()}
    _count(found, responses["frequencies"])
    return found


def _scores(found: Candidates, hits: Iterable[Any]) -> Scores:
    """Of an arm. Each field of a hit is a list of one value."""
    scores: Scores = {}
    for hit in hits:
        fields = hit["fields"]
        id = str(ChunkId(fields["document"][0], fields["version"][0], fields["ordinal"][0]))
        scores[id] = hit["_score"]
        found.matched[id] = hit.get("matched_queries", ())
        found.indices.add(hit["_index"])
    return scores


def _count(found: Candidates, response: Any) -> None:
    found.chunks = response["hits"]["total"]["value"]
    if "aggregations" in response:
        buckets = response["aggregations"]["words"]["buckets"]
        found.frequencies = {word: bucket["doc_count"] for word, bucket in buckets.items()}
