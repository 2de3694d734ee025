"""The searches of one question: what goes into the multi search, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from footnote.contracts import Filter
from footnote.store import Manifest, Query, document_id
from footnote.store.fusion import CANDIDATES
from footnote.store.times import moment, utc
from footnote.store.words import GAP, neighbours

Clause = dict[str, Any]

EXPLORED = 2 * CANDIDATES
"""Nearest neighbours that the graph search keeps in view."""


def scope(query: Query, current: Mapping[str, str | None], unsettled: Collection[str]) -> Clause:
    """Which chunks may be found.

    `current` says of documents the version that may be shown, or None where none may. What chunks of
    `unsettled` documents repeat of their manifest does not count.
    """
    filters = [_readable(query.groups), *_filters(query.filter)]
    if unsettled:
        either = [{"bool": {"filter": filters}}, {"terms": {"document": sorted(unsettled)}}]
        filters = [{"bool": {"should": either}}]
    return {
        "bool": {
            "filter": filters,
            "must_not": [_outdated(document, version) for document, version in current.items()],
        }
    }


def keyword_arm(words: Sequence[str], scope: Clause) -> Clause:
    """BM25 of the best chunks that have any of the words; neighbours found together count again."""
    near = [_together(*pair) for pair in neighbours(words)]
    having = {"should": [*map(_named, words), *near], "minimum_should_match": 1}
    return _page({"bool": {**having, "filter": scope}})


def vector_arm(words: Sequence[str], scope: Clause, vector: Sequence[float]) -> Clause:
    """The nearest chunks; the words do not count, they only show up as matched."""
    nearest = {
        "field": "vector",
        "query_vector": list(vector),
        "k": CANDIDATES,
        "num_candidates": EXPLORED,
        "rescore_vector": {"oversample": 1},
        "filter": scope,
    }
    shown = [{"constant_score": {"filter": _named(word), "boost": 0}} for word in words]
    return _page({"bool": {"must": {"knn": nearest}, "should": shown}})


def frequencies(words: Sequence[str], scope: Clause) -> Clause:
    """How many chunks there are, and how many have each word."""
    counted = {word: _match(word) for word in words}
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": scope}},
        **({"aggs": {"words": {"filters": {"filters": counted}}}} if words else {}),
    }


def _page(query: Clause) -> Clause:
    """What identifies a chunk is read from columns: its id stands in the row, behind all its text."""
    return {
        "size": CANDIDATES,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["document", "version", "ordinal"],
        "query": query,
    }


def _match(word: str, **options: str) -> Clause:
    return {"match": {"words": {"query": word, "operator": "and", **options}}}


def _named(word: str) -> Clause:
    return _match(word, _name=word)


def _together(one: str, other: str) -> Clause:
    return {"match_phrase": {"words": {"query": f"{one} {other}", "slop": GAP}}}


def _readable(groups: frozenset[str]) -> Clause:
    public = {"bool": {"must_not": {"exists": {"field": "groups"}}}}
    return {"bool": {"should": [public, {"terms": {"groups": sorted(groups)}}]}}


def _outdated(document: str, version: str | None) -> Clause:
    of_document = {"term": {"document": document}}
    if version is None:
        return of_document
    return {"bool": {"filter": of_document, "must_not": {"term": {"version": version}}}}


def admits(filter: Filter, manifest: Manifest) -> bool:
    """Whether the filter finds documents that are as the manifest says."""
    after, before, modified = filter.modified_after, filter.modified_before, manifest.modified_at
    return (
        (filter.uri is None or manifest.uri in filter.uri)
        and (filter.prefix is None or manifest.key.startswith(filter.prefix))
        and (filter.content_type is None or manifest.content_type in filter.content_type)
        and (after is None or (modified is not None and utc(after) < utc(modified)))
        and (before is None or (modified is not None and utc(modified) < utc(before)))
    )


def _filters(filter: Filter) -> Iterator[Clause]:
    if filter.uri is not None:
        yield {"terms": {"document": [document_id(uri) for uri in filter.uri]}}
    if filter.prefix is not None:
        yield {"prefix": {"key": filter.prefix}}
    if filter.content_type is not None:
        yield {"terms": {"content_type": filter.content_type}}
    if filter.modified_after is not None:
        yield {"range": {"modified_at": {"gt": moment(filter.modified_after)}}}
    if filter.modified_before is not None:
        yield {"range": {"modified_at": {"lt": moment(filter.modified_before)}}}
