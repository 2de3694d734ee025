"""An embedder that puts its model's prompts before the texts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from functions.embed.embedder import Embedder, Embeddings

if TYPE_CHECKING:
    from footnote.embedding_prompts import InputType, Prompts

_WITH_PROMPT = re.compile(r'(?P<plain>.+) (?P<prompt>"(?:[^"\\]|\\.)*")', re.DOTALL)


class PromptedEmbedder:
    """Its fingerprint ends with the prompt of documents, if there is one, as in `a-model "passage: "`.

    So an index remains usable when that prompt is changed. The prompt of queries is not part of it:
    changing that one requires no new index.
    """

    def __init__(self, embedder: Embedder, prompts: Prompts) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._prompts = prompts

    @property
    def plain_fingerprint(self) -> str:
        """The fingerprint without any prompt."""
        return self._embedder.fingerprint

    @property
    def fingerprint(self) -> str:
        prompt = self._prompts.get("document")
        return f"{self.plain_fingerprint} {json.dumps(prompt)}" if prompt else self.plain_fingerprint

    async def embed(self, texts: Sequence[str], input_type: InputType | None = None) -> Embeddings:
        """Without an input type no prompt is added. Raises what the embedder raises."""
        prompt = self._prompts.get(input_type, "") if input_type else ""
        return await self._embedder.embed([prompt + text for text in texts])

    def with_document_prompt(self, prompt: str) -> PromptedEmbedder:
        if prompt == self._prompts.get("document", ""):
            return self
        return PromptedEmbedder(self._embedder, {**self._prompts, "document": prompt})


def split_fingerprint(fingerprint: str) -> tuple[str, str | None]:
    """The fingerprint without its prompt, and the prompt, which is None if there is none."""
    if match := _WITH_PROMPT.fullmatch(fingerprint):
        with suppress(ValueError):
            return match["plain"], str(json.loads(match["prompt"]))
    return fingerprint, None
