"""Makes a follow-up question stand alone."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.contracts import Message, Usage
from functions.answer.generators.chat import ChatModel
from functions.answer.generators.prompt import STANDALONE, ChatMessage, neutralize
from functions.answer.question.conversation import LONGEST

TOKENS = 1000
"""A question takes few; a model may reason first."""


async def standalone(model: ChatModel, messages: Sequence[Message]) -> tuple[str, Usage]:
    """The last question with what it refers to put in, empty where the model says nothing, and its cost.

    Raises Unavailable when the model gives none.
    """
    said = "\n".join(f"{message.role}: {neutralize(message.content)}" for message in messages)
    prompt: list[ChatMessage] = [
        {"role": "system", "content": STANDALONE},
        {"role": "user", "content": f"{said}\n\nThe last question, to be understood without the rest:"},
    ]
    text, usage = await model.complete(prompt, TOKENS)
    question = " ".join(text.split()).strip('" ')[:LONGEST]
    return question, usage
