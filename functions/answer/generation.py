"""The text of an answer: from the generator, or extracts if a chat model fails before its first text."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from footnote.contracts import Finish, Passage, Usage
from footnote.errors import DeadlinePassed, Unavailable
from functions.answer import metrics
from functions.answer.generators import Generator, Truncation
from functions.answer.generators.extractive import Extractive
from functions.answer.generators.prompt import ChatMessage, answer_prompt
from functions.answer.generators.usage import add_usage
from functions.answer.timings import Timings

log = logging.getLogger("footnote.answer")

MODEL_FAILED = "The chat model is not available: this answer quotes sentences from the documents."
BUDGET_SPENT = "The chat model's token budget is spent: this answer quotes sentences from the documents."
TRUNCATION_NOTICES: dict[Finish, str] = {
    "length": "The chat model reached its token limit: the answer is cut off.",
    "content_filter": "The chat model's content filter stopped it: the answer is cut off.",
}


@dataclass(slots=True)
class AnswerContext:
    """The state of one answer, from its passages to the response."""

    id: str
    question: str
    corrected: str
    """The question without typing errors. A chat model reads it as it was asked."""
    passages: Sequence[Passage]
    evidence: float
    """The probability that the passages hold the answer."""
    refusal: str | None
    """The sentence to answer with if they probably do not."""
    generator: Generator
    usage: Usage
    timings: Timings
    notices: list[str]
    finish: Finish = "stop"

    @property
    def prompt(self) -> Sequence[ChatMessage]:
        """The prompt for the chat model; empty if none is to be called."""
        calls_none = isinstance(self.generator, Extractive) or self.refusal
        return [] if calls_none else answer_prompt(self.question, self.passages)

    def fall_back(self, notice: str) -> None:
        """Answer without a chat model, for the reason in the notice."""
        self.generator = Extractive()
        self.notices.append(notice)


async def generate(context: AnswerContext, *, stream: bool) -> AsyncGenerator[str, None]:
    """The generator's text, or extracts if it fails before its first text. Raises Unavailable when the
    text breaks off."""
    started = False
    try:
        async with aclosing(_generate(context, stream)) as texts:
            async for text in texts:
                started = True
                yield text
        return
    except DeadlinePassed:
        raise
    except Unavailable as error:
        if started:
            metrics.ANSWERS.labels(context.generator.model, "broken").inc()
            raise
        log.warning("answering without the chat model: %s", error.message)
    metrics.FALLBACKS.labels("chat").inc()
    context.fall_back(MODEL_FAILED)
    async with aclosing(_generate(context, stream)) as texts:
        async for text in texts:
            yield text


async def _generate(context: AnswerContext, stream: bool) -> AsyncGenerator[str, None]:
    """The generator's text. Its usage and a truncation are recorded in the context."""
    extractive = isinstance(context.generator, Extractive)
    question = context.corrected if extractive else context.question
    pieces = context.generator.generate(question, context.passages, stream=stream)
    async with aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, Usage):
                context.usage = add_usage(context.usage, piece)
            elif isinstance(piece, Truncation):
                context.finish = piece.finish
                context.notices.append(TRUNCATION_NOTICES[piece.finish])
            else:
                yield piece
