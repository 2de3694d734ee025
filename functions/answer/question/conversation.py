"""The question of a conversation: what is asked last, made to stand alone."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.contracts import AnswerRequest, Message
from footnote.errors import InvalidRequest

LONGEST = 8_000
"""Characters of a question, and of any other message that is remembered."""
REMEMBERED = 6
"""Messages before the question that a chat model is shown to make it stand alone."""


def conversation(request: AnswerRequest) -> list[Message]:
    """The messages that count, the question last. Raises InvalidRequest when there is no question."""
    if (request.query is None) == (request.messages is None):
        raise InvalidRequest("Give either query, a question, or messages, a conversation.")
    messages = spoken(request)
    if not messages or messages[-1].role != "user":
        raise InvalidRequest("messages: the last one must be the user's question.")
    return [*map(_shortened, messages[:-1]), _question(messages[-1].content)]


def spoken(request: AnswerRequest) -> list[Message]:
    """The messages that count, as they came; the last asks, if any does."""
    if request.query is not None:
        return [Message(role="user", content=request.query)]
    messages = [message for message in request.messages or [] if message.role in ("user", "assistant")]
    return messages[-REMEMBERED - 1 :]


def length(request: AnswerRequest) -> int:
    """Bytes of the messages that count."""
    return sum(len(_shortened(message).content.encode()) for message in spoken(request))


def _shortened(message: Message) -> Message:
    return message.model_copy(update={"content": message.content[:LONGEST]})


def _question(text: str) -> Message:
    if not text.strip():
        raise InvalidRequest("The question is empty.")
    if len(text) > LONGEST:
        raise InvalidRequest(f"The question is longer than {LONGEST} characters.")
    return Message(role="user", content=text.strip())


def with_previous(messages: Sequence[Message]) -> str:
    """The question with the one before it, for a search that shall know what it goes back to."""
    questions = [message.content for message in messages if message.role == "user"]
    return "\n".join(questions[-2:])[-LONGEST:]
