"""What was found for questions that are asked again, while the index is as it was."""

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

CHARACTERS = 32_000_000
"""Of the passages that are kept, all together."""


@dataclass(frozen=True, slots=True)
class Kept:
    found: RetrieveResponse
    characters: int


class RetrievalCache:
    """Keeps what was found for the questions that were asked last, `most` of them.

    It is found again where the index is still at its revision, which is asked after the question came:
    so it is what a search would find now. A question that is not here waits for nothing.
    """

    def __init__(self, revisions: RevisionCache, most: int) -> None:
        self._revisions = revisions
        self._most = most
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._characters = 0

    async def recall(self, request: RetrieveRequest) -> RetrieveResponse | None:
        found = await self._current(_key(request)) if self._most else None
        metrics.REMEMBERED.labels("no" if found is None else "yes").inc()
        return found

    def keep(self, request: RetrieveRequest, found: RetrieveResponse) -> None:
        if not self._most:
            return
        key = _key(request)
        self._forget(key)
        self._kept[key] = kept = Kept(found, sum(len(hit.text) for hit in found.hits))
        self._characters += kept.characters
        while len(self._kept) > self._most or self._characters > CHARACTERS:
            self._forget(next(iter(self._kept)))

    async def _current(self, key: bytes) -> RetrieveResponse | None:
        if key not in self._kept:
            return None
        revision = await self._revision()
        kept = self._kept.get(key)
        if kept is None or revision is None or kept.found.revision != revision:
            return None
        self._kept.move_to_end(key)
        return kept.found

    async def _revision(self) -> str | None:
        try:
            return await self._revisions.current()
        except DeadlinePassed:
            raise
        except FootnoteError as error:
            log.info("the revision of the index is unknown: %s", error.message)
            return None

    def _forget(self, key: bytes) -> None:
        if kept := self._kept.pop(key, None):
            self._characters -= kept.characters


def _key(request: RetrieveRequest) -> bytes:
    """Of all that a search depends on: the vector is that of the question, by the index's own model.

    A digest, since what it depends on may be larger than what is found.
    """
    chosen = request.filter.model_dump_json() if request.filter else ""
    asked = request.query, request.mode, request.top_k, sorted(set(request.groups)), chosen
    return hashlib.sha256(json.dumps(asked).encode()).digest()
