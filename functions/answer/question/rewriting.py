"""Makes the last question of a conversation stand alone, with a chat model if there is one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footnote.contracts import Message, Usage
from footnote.errors import DeadlinePassed, Unavailable
from functions.answer.generators import Generator
from functions.answer.generators.prompt import ChatMessage, neutralize
from functions.answer.generators.usage import NO_USAGE
from functions.answer.question.conversation import MAX_CHARACTERS, last_two_questions
from functions.answer.question.framing import without_frame
from functions.answer.timings import Timings

if TYPE_CHECKING:
    from functions.answer.generators.chat import ChatModel

log = logging.getLogger("footnote.answer")

MAX_TOKENS = 1000
"""A question takes few tokens, but a model may reason first."""

SYSTEM = """\
Rewrite the last question of the conversation so that it can be understood alone: put names in the place
of words that point back. Keep its language. Reply with the question alone, and do not answer it."""


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    text: str
    query: str
    """What to search for: what the question asks, with the one before it if no model rewrote it."""
    usage: Usage
    """Of the model that rewrote it."""


async def standalone_question(
    generator: Generator, messages: Sequence[Message], timings: Timings
) -> StandaloneQuestion:
    """The question stays as it is if there is no chat model, or if the model fails or says nothing."""
    question, usage = messages[-1].content, NO_USAGE
    if len(messages) == 1:
        return StandaloneQuestion(question, without_frame(question), usage)
    from functions.answer.generators.chat import ChatModel

    if isinstance(generator, ChatModel):
        try:
            with timings.stage("rewrite"):
                rewritten, usage = await rewrite(generator, messages)
            if rewritten:
                return StandaloneQuestion(rewritten, without_frame(rewritten), usage)
        except DeadlinePassed:
            raise
        except Unavailable as error:
            log.warning("the question was not rewritten: %s", error.message)
    return StandaloneQuestion(question, last_two_questions(messages), usage)


async def rewrite(model: ChatModel, messages: Sequence[Message]) -> tuple[str, Usage]:
    """The last question, empty if the model says nothing, and the usage. Raises Unavailable."""
    lines = "\n".join(f"{message.role}: {neutralize(message.content)}" for message in messages)
    prompt: list[ChatMessage] = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": f"{lines}\n\nThe last question, to be understood without the rest:"},
    ]
    text, usage = await model.complete(prompt, MAX_TOKENS)
    question = " ".join(text.split()).strip('" ')[:MAX_CHARACTERS]
    return question, usage
