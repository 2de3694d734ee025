"""Who writes the answer: a port with two adapters, a chat model and the passages' own sentences."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from footnote.contracts import Finish, Passage, Usage

if TYPE_CHECKING:
    from footnote.settings import Settings


@dataclass(frozen=True, slots=True)
class Truncation:
    """Of a text that is not complete."""

    finish: Finish


Piece = str | Usage | Truncation


class Generator(Protocol):
    @property
    def model(self) -> str:
        """As it is named to those who ask."""
        ...

    def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[Piece, None]:
        """The answer in pieces, each statement followed by [n] for passages[n - 1]; last, its usage.

        With `stream` the pieces come while they are written, else once all is. Whoever stops reading
        stops the work. Raises Unavailable when no answer can be had, or no more of it.
        """
        ...


def open_generator(settings: Settings) -> Generator:
    """The chat model of the settings, or extracts where there is none. Opens no connection yet.

    Raises Misconfigured where there is only half of one.
    """
    from functions.answer.generators.chat import ChatModel
    from functions.answer.generators.extractive import Extractive

    if not settings.has_chat_model:
        return Extractive()
    if not settings.answer_cache:
        return ChatModel(settings)
    from functions.answer.generators.answer_cache import open_cache
    from functions.answer.generators.cached_chat import CachedChatModel

    return CachedChatModel(settings, open_cache(settings))
