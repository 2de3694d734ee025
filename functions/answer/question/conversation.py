"""The messages of a conversation that count for its last question."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.contracts import AnswerRequest, Message
from footnote.errors import InvalidRequest
from functions.answer.question.framing import without_frame

MAX_CHARACTERS = 8_000
"""Of a question. Any other message is cut there."""
HISTORY = 6
"""Messages before the question that count."""


def read_messages(request: AnswerRequest) -> list[Message]:
    """The messages that count, the question last. Raises InvalidRequest without a question."""
    if (request.query is None) == (request.messages is None):
        raise InvalidRequest("Send either query (a question) or messages (a conversation).")
    messages = recent_messages(request)
    if not messages or messages[-1].role != "user":
        raise InvalidRequest("messages: the last one must be the user's question.")
    return [*map(_shortened, messages[:-1]), _question(messages[-1].content)]


def recent_messages(request: AnswerRequest) -> list[Message]:
    """The messages that count, unchecked; the last one is the question, if there is any."""
    if request.query is not None:
        return [Message(role="user", content=request.query)]
    messages = [message for message in request.messages or [] if message.role in ("user", "assistant")]
    return messages[-HISTORY - 1 :]


def size(request: AnswerRequest) -> int:
    """Bytes of the messages that count."""
    return sum(len(_shortened(message).content.encode()) for message in recent_messages(request))


def last_two_questions(messages: Sequence[Message]) -> str:
    """A query that also finds what a follow-up question refers to."""
    questions = [without_frame(message.content) for message in messages if message.role == "user"]
    return "\n".join(questions[-2:])[-MAX_CHARACTERS:]


def _shortened(message: Message) -> Message:
    return message.model_copy(update={"content": message.content[:MAX_CHARACTERS]})


def _question(text: str) -> Message:
    if not text.strip():
        raise InvalidRequest("The question is empty.")
    if len(text) > MAX_CHARACTERS:
        raise InvalidRequest(f"The question is longer than {MAX_CHARACTERS} characters.")
    return Message(role="user", content=text.strip())
