"""What a reply of the chat model costs, however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from footnote.contracts import Usage
from functions.answer import metrics
from functions.answer.generators import Piece
from functions.answer.generators.chat_response import estimate
from functions.answer.generators.prompt import ChatMessage

if TYPE_CHECKING:
    from footnote.settings import Settings

LEFT = (asyncio.CancelledError, GeneratorExit)
"""How it ends where nobody waits for the rest; the model was asked."""


class UsageMeter:
    """`with` it around one reply, of which it is told each piece: it counts what the model says it used,
    and where that does not come, an estimate. A model that failed without a word is not paid."""

    def __init__(self, settings: Settings, prompt: Sequence[ChatMessage]) -> None:
        self._settings = settings
        self._prompt = prompt
        self._written = ""
        self._usage: Usage | None = None

    def __enter__(self) -> Self:
        return self

    def add(self, piece: Piece) -> None:
        if isinstance(piece, str):
            self._written += piece
        elif isinstance(piece, Usage):
            self._usage = piece

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._usage or self._written or isinstance(error, LEFT):
            metrics.spend(self._usage or estimate(self._prompt, self._written), self._settings)
