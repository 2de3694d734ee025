"""What one multi search finds: the candidates of both arms, and how rare the words are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from footnote.store import Query
from footnote.store.coverage import coverage
from footnote.store.elasticsearch import queries
from footnote.store.elasticsearch.documents import ChunkId
from footnote.store.elasticsearch.queries import Clause
from footnote.store.fusion import Fusion, fuse
from footnote.store.words import words

Scores = dict[ChunkId, float]
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
    matched: dict[ChunkId, Collection[str]] = field(default_factory=dict)
    """The words of the question that a chunk has."""
    frequencies: dict[str, int] = field(default_factory=dict)
    chunks: int = 0
    indices: set[str] = field(default_factory=set)
    """Where the candidates are."""

    def ranked(self, fusion: Fusion) -> Ranking:
        return fuse(self.arms, fusion)

    def documents(self) -> set[str]:
        return {chunk.document for chunk in self.matched}

    def coverage(self, shown: Ranking) -> float:
        return coverage(self.frequencies, self.chunks, (self.matched[chunk] for chunk, _ in shown))


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
            found.arms.append(dict(_scores(found, responses[arm])))
    if "vector" in responses:
        found.cosines = {chunk: 2 * score - 1 for chunk, score in found.arms[-1].items()}
    _count(found, responses["frequencies"])
    return found


def _scores(found: Candidates, response: Any) -> Iterator[tuple[ChunkId, float]]:
    for hit in response["hits"]["hits"]:
        chunk = ChunkId.of(hit["fields"])
        found.indices.add(hit["_index"])
        found.matched[chunk] = hit.get("matched_queries", ())
        yield chunk, hit["_score"]


def _count(found: Candidates, response: Any) -> None:
    found.chunks = response["hits"]["total"]["value"]
    if "aggregations" in response:
        buckets = response["aggregations"]["words"]["buckets"]
        found.frequencies = {word: bucket["doc_count"] for word, bucket in buckets.items()}
