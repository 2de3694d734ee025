"""The retrieval cache: search results that are valid while the index has the same revision."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import OrderedDict
from dataclasses import dataclass

from footnote.contracts import RetrieveRequest, RetrieveResponse
from footnote.errors import DeadlinePassed, FootnoteError
from footnote.revision_cache import RevisionCache
from functions.answer import metrics

log = logging.getLogger("footnote.answer")

MAX_CHARACTERS = 32_000_000
"""Of all cached passages together."""


@dataclass(frozen=True, slots=True)
class Entry:
    response: RetrieveResponse
    characters: int


class RetrievalCache:
    """An LRU cache of at most `max_entries` responses; with 0 it is off.

    A response is a hit only if the index still has its revision, which is read after the request came:
    so it is what a search would find now. A request that is not cached does not wait for the revision.
    """

    def __init__(self, revisions: RevisionCache, max_entries: int) -> None:
        self._revisions = revisions
        self._max_entries = max_entries
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()
        self._characters = 0

    async def get(self, request: RetrieveRequest) -> RetrieveResponse | None:
        response = await self._current(_key(request)) if self._max_entries else None
        metrics.RETRIEVAL_CACHE.labels("no" if response is None else "yes").inc()
        return response

    def put(self, request: RetrieveRequest, response: RetrieveResponse) -> None:
        if not self._max_entries:
            return
        key = _key(request)
        self._evict(key)
        self._entries[key] = entry = Entry(response, sum(len(hit.text) for hit in response.hits))
        self._characters += entry.characters
        while len(self._entries) > self._max_entries or self._characters > MAX_CHARACTERS:
            self._evict(next(iter(self._entries)))

    async def _current(self, key: bytes) -> RetrieveResponse | None:
        if key not in self._entries:
            return None
        revision = await self._revision()
        entry = self._entries.get(key)
        if entry is None or revision is None or entry.response.revision != revision:
            return None
        self._entries.move_to_end(key)
        return entry.response

    async def _revision(self) -> str | None:
        try:
            return await self._revisions.current()
        except DeadlinePassed:
            raise
        except FootnoteError as error:
            log.info("the revision of the index is unknown: %s", error.message)
            return None

    def _evict(self, key: bytes) -> None:
        if entry := self._entries.pop(key, None):
            self._characters -= entry.characters


def _key(request: RetrieveRequest) -> bytes:
    """A digest of all that a search depends on, which may be larger than its response.

    The vector is left out: it is that of the query, by the index's own model.
    """
    chosen = request.filter.model_dump_json() if request.filter else ""
    fields = request.query, request.mode, request.top_k, sorted(set(request.groups)), chosen
    return hashlib.sha256(json.dumps(fields).encode()).digest()
