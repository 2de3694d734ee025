"""From a question to a checked answer: embed, retrieve, write, check."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footnote import telemetry
from footnote.contracts import (
    AnswerRequest,
    AnswerResponse,
    Citation,
    Finish,
    Message,
    Passage,
    RetrieveRequest,
    Usage,
)
from footnote.errors import DeadlinePassed, Unavailable
from functions.answer import metrics
from functions.answer.checking.citations import CitationChecker
from functions.answer.generators import Generator, Truncation
from functions.answer.generators.chat import ChatModel
from functions.answer.generators.extractive import Extractive
from functions.answer.generators.prompt import REFUSAL, ChatMessage, messages
from functions.answer.question.conversation import conversation, with_previous
from functions.answer.question.followup import continues, is_dependent
from functions.answer.question.rewriting import standalone
from functions.answer.retrieval.answerability import answerability, refusal
from functions.answer.retrieval.retriever import Retrieved, Retriever
from functions.answer.timings import Timings

if TYPE_CHECKING:
    from footnote.settings import Settings

log = logging.getLogger("footnote.answer")

NO_MODEL = "The chat model does not answer: these are sentences of the documents themselves."
NO_BUDGET = "The chat model's budget is spent: these are sentences of the documents themselves."

CUT_OFF: dict[Finish, str] = {
    "length": "The chat model had no more tokens: the answer is cut off.",
    "content_filter": "The chat model was stopped by its content filter: the answer is cut off.",
}

Event = str | Citation | AnswerResponse
"""Text of the answer, a citation before the text that bears its marker, and last the whole."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that stands alone, and what to search for."""

    question: str
    search: RetrieveRequest
    generator: Generator
    usage: Usage
    """What it cost to find out."""
    timings: Timings
    notices: list[str]


@dataclass(slots=True)
class Prepared:
    """A question and what was found for it."""

    id: str
    """Of the answer to come."""
    question: str
    passages: Sequence[Passage]
    evidence: float
    refusal: str | None
    """The sentence to answer with, when the passages do not hold an answer."""
    generator: Generator
    usage: Usage
    timings: Timings
    notices: list[str]
    finish: Finish = "stop"

    @property
    def prompt(self) -> Sequence[ChatMessage]:
        """What a chat model is going to be asked, if one is."""
        asks = isinstance(self.generator, ChatModel) and not self.refusal
        return messages(self.question, self.passages) if asks else []

    def extract(self, notice: str) -> None:
        """Answer without a chat model, and say why."""
        self.generator = Extractive()
        self.notices.append(notice)


class Pipeline:
    def __init__(self, settings: Settings, retrieval: Retriever, generator: Generator) -> None:
        self.settings = settings
        self.retrieval = retrieval
        self.generator = generator

    async def understand(
        self, request: AnswerRequest, groups: tuple[str, ...] = (), *, may_spend: bool = True
    ) -> Understood:
        """What to search for, that `groups` may read. Unless it `may_spend`, no chat model is asked.

        Raises InvalidRequest without a question.
        """
        timings = Timings()
        generator = self.generator if may_spend else Extractive()
        question, query, usage = await _question(generator, conversation(request), timings)
        search = RetrieveRequest(
            query=query,
            top_k=request.top_k,
            mode=request.mode,
            filter=request.filter,
            groups=list(groups),
        )
        return Understood(question, search, generator, usage, timings, [NO_BUDGET] * (not may_spend))

    async def find(self, understood: Understood) -> Prepared:
        """Raises Unavailable when there is no searching."""
        found, held = await self._found(understood.search, understood.question, understood.timings)
        return Prepared(
            id=f"{telemetry.trace_id() or secrets.token_hex(16)}-{secrets.token_hex(4)}",
            question=understood.question,
            passages=found.response.hits,
            evidence=held,
            refusal=refusal(found.response, held, self.settings.refusal_threshold),
            generator=understood.generator,
            usage=understood.usage,
            timings=understood.timings,
            notices=found.notices + understood.notices,
        )

    async def _found(
        self, search: RetrieveRequest, question: str, timings: Timings
    ) -> tuple[Retrieved, float]:
        """What is found, and how likely it holds the answer.

        With the question before only where the question goes back to it: else that one would decide
        whether this one is answered.
        """
        found = await self.retrieval(search, timings)
        held = answerability(found.response, search.query)
        if search.query == question or is_dependent(question):
            return found, held
        if held >= self.settings.refusal_threshold and continues(question, found.response.hits):
            return found, held
        return await self._found(search.model_copy(update={"query": question}), question, timings)

    async def answer(self, prepared: Prepared) -> AnswerResponse:
        """The whole answer at once."""
        async with aclosing(self.events(prepared, stream=False)) as events:
            async for event in events:
                if isinstance(event, AnswerResponse):
                    return event
        raise AssertionError("unreachable")

    async def events(self, prepared: Prepared, *, stream: bool = True) -> AsyncGenerator[Event, None]:
        """The answer while it is written. Raises Unavailable when it breaks off."""
        checker = CitationChecker(prepared.passages, prepared.question, refusal=REFUSAL)
        if prepared.refusal:
            yield prepared.refusal
            yield _response(prepared, prepared.refusal, checker, refused=True)
            return
        async with aclosing(_written(prepared, stream)) as pieces:
            async for piece in pieces:
                prepared.timings.mark("first_token")
                with prepared.timings.part("check"):
                    checked = list(checker.feed(piece))
                for event in checked:
                    yield event
        with prepared.timings.stage("check") as span:
            checked = list(checker.close())
            unsupported = sum(not statement.supported for statement in checker.statements)
            span.set(
                {"footnote.statements": len(checker.statements), "footnote.unsupported": unsupported}
            )
        for event in checked:
            yield event
        refused = checker.refused and not checker.statements
        yield _response(prepared, checker.answer, checker, refused=refused)


async def _question(
    generator: Generator, messages: Sequence[Message], timings: Timings
) -> tuple[str, str, Usage]:
    """The question to answer, what to search for, and what it cost to find out."""
    asked, usage = messages[-1].content, Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)
    if len(messages) == 1:
        return asked, asked, usage
    if isinstance(generator, ChatModel):
        try:
            with timings.stage("rewrite"):
                question, usage = await standalone(generator, messages)
            if question:
                return question, question, usage
        except DeadlinePassed:
            raise
        except Unavailable as error:
            log.warning("the question was not rewritten: %s", error.message)
    return asked, with_previous(messages), usage


async def _written(prepared: Prepared, stream: bool) -> AsyncGenerator[str, None]:
    """The generator's text; while it has said nothing and fails, that of the documents."""
    begun = False
    try:
        async with aclosing(_generated(prepared, stream)) as texts:
            async for text in texts:
                begun = True
                yield text
        return
    except DeadlinePassed:
        raise
    except Unavailable as error:
        if begun:
            metrics.ANSWERS.labels(prepared.generator.model, "broken").inc()
            raise
        log.warning("answering without the chat model: %s", error.message)
    metrics.FALLBACKS.labels("chat").inc()
    prepared.extract(NO_MODEL)
    async with aclosing(_generated(prepared, stream)) as texts:
        async for text in texts:
            yield text


async def _generated(prepared: Prepared, stream: bool) -> AsyncGenerator[str, None]:
    generate = prepared.generator.generate
    async with aclosing(generate(prepared.question, prepared.passages, stream=stream)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Usage):
                prepared.usage = _sum(prepared.usage, piece)
            elif isinstance(piece, Truncation):
                prepared.finish = piece.finish
                prepared.notices.append(CUT_OFF[piece.finish])
            else:
                yield piece


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        total_tokens=one.total_tokens + other.total_tokens,
    )


def _response(
    prepared: Prepared, text: str, checker: CitationChecker, *, refused: bool
) -> AnswerResponse:
    return AnswerResponse(
        id=prepared.id,
        answer=text,
        citations=checker.citations,
        grounded=checker.grounded,
        refused=refused,
        evidence=round(prepared.evidence, 3),
        model=prepared.generator.model,
        usage=prepared.usage,
        timings_ms=prepared.timings.finish(),
        finish=prepared.finish,
        statements=checker.statements,
        notices=prepared.notices,
    )
