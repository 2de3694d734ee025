"""A chat model whose answers are cached."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from footnote.contracts import Passage
from footnote.settings import Settings
from functions.answer import metrics
from functions.answer.generators import Piece, Truncation
from functions.answer.generators.chat import ChatModel
from functions.answer.generators.chat.cache import Cache
from functions.answer.generators.prompt import answer_prompt
from functions.answer.generators.usage import NO_USAGE


class CachedChatModel(ChatModel):
    """The cache key is the whole prompt, and so has the passages themselves.

    Hence no text outlives the passages that it was written from, and none reaches a reader who may not
    read them; a document that is indexed meanwhile but not found for the question invalidates nothing.
    """

    def __init__(self, settings: Settings, cache: Cache) -> None:
        super().__init__(settings)
        self.cache = cache

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[Piece, None]:
        key = self._key(question, passages)
        text = await self.cache.get(key)
        metrics.ANSWER_CACHE.labels("no" if text is None else "yes").inc()
        if text is not None:
            yield text
            yield NO_USAGE
            return
        written, complete = "", True
        async with aclosing(super().generate(question, passages, stream=stream)) as pieces:
            async for piece in pieces:
                written += piece if isinstance(piece, str) else ""
                complete = complete and not isinstance(piece, Truncation)
                yield piece
        if complete:
            await self.cache.put(key, written)

    def _key(self, question: str, passages: Sequence[Passage]) -> str:
        prompt = answer_prompt(question, passages)
        request = [self.url, self.model, self.settings.chat_max_tokens, prompt]
        return hashlib.sha256(json.dumps(request).encode()).hexdigest()
