"""The multi searches that Footnote sends to Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterable

from footnote.store import Query
from footnote.store.elasticsearch.client.transport import JSON, NDJSON, ndjson
from footnote.store.elasticsearch.indices.schema import Names
from footnote.store.elasticsearch.search.candidates import search_bodies

HEADERS = {"accept": JSON, "content-type": NDJSON}


def multi_search(index: str, queries: Iterable[Query]) -> bytes:
    """The body of one request for all searches of the queries; `index` is the prefix of its names."""
    where = {"index": Names(index).chunks}
    bodies = (body for query in queries for body in search_bodies(query, {}, ()).values())
    return ndjson(line for body in bodies for line in (where, body))
