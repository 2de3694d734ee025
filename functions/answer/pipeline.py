"""The stages from a question to a checked answer: resolve, retrieve, generate and check."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from footnote import trace_context
from footnote.contracts import AnswerRequest, AnswerResponse, Citation, RetrieveRequest, Usage
from functions.answer.checking.citations import CitationChecker
from functions.answer.generation import BUDGET_SPENT, AnswerContext, generate
from functions.answer.generators import Generator
from functions.answer.generators.extractive import Extractive
from functions.answer.generators.prompt import REFUSAL
from functions.answer.question.conversation import read_messages
from functions.answer.question.followup import continues, has_topic, is_dependent
from functions.answer.question.framing import without_frame
from functions.answer.question.rewriting import standalone_question
from functions.answer.question.spelling import correct
from functions.answer.retrieval.answerability import refusal
from functions.answer.retrieval.retriever import Retriever
from functions.answer.retrieval.search import Finding, search
from functions.answer.timings import Timings

if TYPE_CHECKING:
    from footnote.settings import Settings

AnswerEvent = str | Citation | AnswerResponse
"""A piece of the answer's text; a citation, before the text with its marker; at the end the response."""


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A question that stands alone, and the search for it."""

    question: str
    search: RetrieveRequest
    generator: Generator
    usage: Usage
    """Of the model that made the question stand alone."""
    timings: Timings
    notices: list[str]


class Pipeline:
    def __init__(self, settings: Settings, retriever: Retriever, generator: Generator) -> None:
        self.settings = settings
        self.retriever = retriever
        self.generator = generator

    async def resolve(
        self, request: AnswerRequest, groups: tuple[str, ...] = (), *, may_use_model: bool = True
    ) -> ResolvedQuestion:
        """The question as it stands alone, and its search in documents that `groups` may read.

        Raises InvalidRequest without a question.
        """
        timings = Timings()
        generator = self.generator if may_use_model else Extractive()
        standalone = await standalone_question(generator, read_messages(request), timings)
        search = RetrieveRequest(
            query=standalone.query,
            top_k=request.top_k,
            mode=request.mode,
            filter=request.filter,
            groups=list(groups),
        )
        notices = [] if may_use_model else [BUDGET_SPENT]
        return ResolvedQuestion(standalone.text, search, generator, standalone.usage, timings, notices)

    async def retrieve(self, resolved: ResolvedQuestion) -> AnswerContext:
        """Raises Unavailable when retrieve does not answer."""
        found = await self._search(resolved)
        return AnswerContext(
            id=f"{trace_context.trace_id() or secrets.token_hex(16)}-{secrets.token_hex(4)}",
            question=resolved.question,
            corrected=correct(resolved.question, found.corrections),
            passages=found.response.hits,
            evidence=found.evidence,
            refusal=refusal(found.response, found.evidence, self.settings.refusal_threshold),
            generator=resolved.generator,
            usage=resolved.usage,
            timings=resolved.timings,
            notices=found.notices + resolved.notices,
        )

    async def answer(self, context: AnswerContext) -> AnswerResponse:
        """The whole answer at once."""
        async with aclosing(self.events(context, stream=False)) as events:
            async for event in events:
                if isinstance(event, AnswerResponse):
                    return event
        raise AssertionError("unreachable")

    async def events(
        self, context: AnswerContext, *, stream: bool = True
    ) -> AsyncGenerator[AnswerEvent, None]:
        """The answer while it is written. Raises Unavailable when it breaks off."""
        checker = CitationChecker(context.passages, context.question, refusal=REFUSAL)
        if context.refusal:
            yield context.refusal
            yield _response(context, context.refusal, checker, refused=True)
            return
        async with aclosing(generate(context, stream=stream)) as pieces:
            async for piece in pieces:
                context.timings.mark("first_token")
                with context.timings.measure("check"):
                    checked = list(checker.feed(piece))
                for event in checked:
                    yield event
        for event in _close(checker, context.timings):
            yield event
        refused = checker.refused and not checker.statements
        yield _response(context, checker.answer, checker, refused=refused)

    async def _search(self, resolved: ResolvedQuestion) -> Finding:
        """What is found for the question.

        A search with the question before counts only for a question that follows up on it: otherwise the
        question before would decide whether this one is answered.
        """
        question, request = without_frame(resolved.question), resolved.search
        found = await search(self.retriever, request, resolved.timings)
        if request.query == question:
            return found if has_topic(question) else replace(found, evidence=0.0)
        if is_dependent(question):
            return found
        corrected, hits = correct(question, found.corrections), found.response.hits
        if found.evidence >= self.settings.refusal_threshold and continues(corrected, hits):
            return found
        alone = request.model_copy(update={"query": question})
        return await search(self.retriever, alone, resolved.timings)


def _close(checker: CitationChecker, timings: Timings) -> list[str | Citation]:
    """The end of the checked text."""
    with timings.stage("check") as span:
        checked = list(checker.close())
        unsupported = sum(not statement.supported for statement in checker.statements)
        span.set({"footnote.statements": len(checker.statements), "footnote.unsupported": unsupported})
    return checked


def _response(
    context: AnswerContext, text: str, checker: CitationChecker, *, refused: bool
) -> AnswerResponse:
    return AnswerResponse(
        id=context.id,
        answer=text,
        citations=checker.citations,
        grounded=checker.grounded,
        refused=refused,
        evidence=round(context.evidence, 3),
        model=context.generator.model,
        usage=context.usage,
        timings_ms=context.timings.finish(),
        finish=context.finish,
        statements=checker.statements,
        notices=context.notices,
    )
