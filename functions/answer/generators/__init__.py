"""Writing the answer: a port with two adapters, a chat model and extracts from the passages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from footnote.contracts import Finish, Passage, Usage

if TYPE_CHECKING:
    from footnote.settings import Settings


@dataclass(frozen=True, slots=True)
class Truncation:
    """The text so far is all there is, and it is not complete."""

    finish: Finish


Piece = str | Usage | Truncation


class Generator(Protocol):
    @property
    def model(self) -> str:
        """The name of the model in responses."""
        ...

    def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[Piece, None]:
        """The answer in pieces, with [n] for passages[n - 1] after each statement, and last its usage.

        With `stream` the pieces come while they are written, otherwise once all are written. Closing
        the generator stops the work. Raises Unavailable when there is no answer, or when it breaks off;
        what that cost is yielded before.
        """
        ...


def open_generator(settings: Settings) -> Generator:
    """The chat model of the settings, or extracts if they have none. Opens no connection yet.

    Raises Misconfigured for a chat model that is only half configured.
    """
    if not settings.has_chat_model:
        from functions.answer.generators.extractive import Extractive

        return Extractive()
    from functions.answer.generators.chat import ChatModel

    if not settings.answer_cache:
        return ChatModel(settings)
    from functions.answer.generators.chat.cache import open_cache
    from functions.answer.generators.chat.cached import CachedChatModel

    return CachedChatModel(settings, open_cache(settings))
