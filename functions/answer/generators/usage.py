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

CHARACTERS_PER_TOKEN = 4
"""For an endpoint that does not report its usage."""


def usage_of(prompt: int, completion: int) -> Usage:
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


NO_USAGE = usage_of(0, 0)


def add_usage(one: Usage, other: Usage) -> Usage:
    return usage_of(
        one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens
    )


def estimate(prompt: Sequence[ChatMessage], text: str) -> Usage:
    read = sum(len(message["content"]) for message in prompt) // CHARACTERS_PER_TOKEN
    return usage_of(read, max(1, len(text) // CHARACTERS_PER_TOKEN))


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

    def estimated(self) -> Usage | None:
        """The usage of the text so far, unless there is none or the model reported it."""
        return estimate(self._prompt, self._text) if self._text and not self._usage else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        cancelled = isinstance(error, (asyncio.CancelledError, GeneratorExit))
        if self._usage or self._text or cancelled:
            metrics.count_usage(self._usage or estimate(self._prompt, self._text), self._settings)
