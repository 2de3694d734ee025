"""Query clauses of the searches that make up a multi search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from footnote.contracts import Filter
from footnote.store import Manifest, Query, document_id
from footnote.store.fusion import CANDIDATES
from footnote.store.terms import SLOP, bigrams
from footnote.store.timestamps import as_utc, iso_utc

Clause = dict[str, Any]

NUM_CANDIDATES = 3 * CANDIDATES
"""Nearest neighbours that the graph search considers on each shard."""


def scope(query: Query, versions: Mapping[str, str | None], stale: Collection[str]) -> Clause:
    """The filter for chunks that may be found.

    Of a document in `versions` only that version may be found, or none if it is None. Chunks of `stale`
    documents have outdated filter fields, so they are not filtered: the caller checks their manifests.
    """
    filters = [_readable_by(query.groups), *_filters(query.filter)]
    if stale:
        either = [{"bool": {"filter": filters}}, {"terms": {"document": sorted(stale)}}]
        filters = [{"bool": {"should": either}}]
    return {
        "bool": {
            "filter": filters,
            "must_not": [_other_versions(document, version) for document, version in versions.items()],
        }
    }


def keyword_arm(terms: Sequence[str], scope: Clause) -> Clause:
    """The best chunks by BM25 that contain any of the terms; bigrams add to the score."""
    pairs = [_phrase(*pair) for pair in bigrams(terms)]
    matching = {"should": [*map(_named, terms), *pairs], "minimum_should_match": 1}
    return _page({"bool": {**matching, "filter": scope}})


def vector_arm(terms: Sequence[str], scope: Clause, vector: Sequence[float]) -> Clause:
    """The nearest chunks. The terms do not affect the score, they are only reported as matched."""
    nearest = {
        "field": "vector",
        "query_vector": list(vector),
        "k": CANDIDATES,
        "num_candidates": NUM_CANDIDATES,
        "rescore_vector": {"oversample": 1},
        "filter": scope,
    }
    reported = [{"constant_score": {"filter": _named(term), "boost": 0}} for term in terms]
    return _page({"bool": {"must": {"knn": nearest}, "should": reported}})


def frequencies(terms: Sequence[str], scope: Clause) -> Clause:
    """The number of chunks in scope, and of those that contain each term."""
    filters = {term: _match(term) for term in terms}
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": scope}},
        **({"aggs": {"words": {"filters": {"filters": filters}}}} if terms else {}),
    }


def _page(query: Clause) -> Clause:
    """Identifies chunks by doc values: reading `_id` would load the stored row with all the text."""
    return {
        "size": CANDIDATES,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["document", "version", "ordinal"],
        "query": query,
    }


def _match(term: str, **options: str) -> Clause:
    return {"match": {"words": {"query": term, "operator": "and", **options}}}


def _named(term: str) -> Clause:
    return _match(term, _name=term)


def _phrase(first: str, second: str) -> Clause:
    return {"match_phrase": {"words": {"query": f"{first} {second}", "slop": SLOP}}}


def _readable_by(groups: frozenset[str]) -> Clause:
    public = {"bool": {"must_not": {"exists": {"field": "groups"}}}}
    return {"bool": {"should": [public, {"terms": {"groups": sorted(groups)}}]}}


def _other_versions(document: str, version: str | None) -> Clause:
    of_document = {"term": {"document": document}}
    if version is None:
        return of_document
    return {"bool": {"filter": of_document, "must_not": {"term": {"version": version}}}}


def matches(filter: Filter, manifest: Manifest) -> bool:
    """Whether the filter matches the manifest itself."""
    after, before, modified = filter.modified_after, filter.modified_before, manifest.modified_at
    return (
        (filter.uri is None or manifest.uri in filter.uri)
        and (filter.prefix is None or manifest.key.startswith(filter.prefix))
        and (filter.content_type is None or manifest.content_type in filter.content_type)
        and (after is None or (modified is not None and after < as_utc(modified)))
        and (before is None or (modified is not None and as_utc(modified) < before))
    )


def _filters(filter: Filter) -> Iterator[Clause]:
    if filter.uri is not None:
        yield {"terms": {"document": [document_id(uri) for uri in filter.uri]}}
    if filter.prefix is not None:
        yield {"prefix": {"key": filter.prefix}}
    if filter.content_type is not None:
        yield {"terms": {"content_type": filter.content_type}}
    if filter.modified_after is not None:
        yield {"range": {"modified_at": {"gt": iso_utc(filter.modified_after)}}}
    if filter.modified_before is not None:
        yield {"range": {"modified_at": {"lt": iso_utc(filter.modified_before)}}}
