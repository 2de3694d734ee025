"""Token usage of a chat model: its sum, its estimate and its metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from footnote.contracts import Usage
from functions.answer import metrics
from functions.answer.generators import Piece
from functions.answer.generators.prompt import ChatMessage

if TYPE_CHECKING:
    from footnote.settings import Settings

NO_USAGE = Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)
CHARACTERS_PER_TOKEN = 4
"""For an endpoint that does not report its usage."""


def add_usage(one: Usage, other: Usage) -> Usage:
    return Usage(
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        total_tokens=one.total_tokens + other.total_tokens,
    )


def estimate(prompt: Sequence[ChatMessage], text: str) -> Usage:
    read = sum(len(message["content"]) for message in prompt) // CHARACTERS_PER_TOKEN
    written = max(1, len(text) // CHARACTERS_PER_TOKEN)
    return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


class UsageMeter:
    """Counts the usage of one reply in the metrics when its `with` block ends, however it ends.

    Without a report of the model the usage is estimated. A model that failed before any text is not
    paid; one whose client disconnected is.
    """

    def __init__(self, settings: Settings, prompt: Sequence[ChatMessage]) -> None:
        self._settings = settings
        self._prompt = prompt
        self._text = ""
        self._usage: Usage | None = None

    def __enter__(self) -> Self:
        return self

    def add(self, piece: Piece) -> None:
        if isinstance(piece, str):
            self._text += piece
        elif isinstance(piece, Usage):
            self._usage = piece

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        cancelled = isinstance(error, (asyncio.CancelledError, GeneratorExit))
        if self._usage or self._text or cancelled:
            metrics.count_usage(self._usage or estimate(self._prompt, self._text), self._settings)
