"""Answers questions within the limits: admission, the pipeline, settlement of the cost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager

from starlette.requests import Request

from footnote.contracts import AnswerRequest, AnswerResponse, Usage
from footnote.errors import InvalidRequest, Unavailable
from functions.answer import metrics
from functions.answer.auth.authenticator import Caller
from functions.answer.generation import BUDGET_SPENT, AnswerContext
from functions.answer.generators.usage import NO_USAGE
from functions.answer.limits.admission import Admission, AdmissionControl
from functions.answer.pipeline import AnswerEvent, Pipeline, ResolvedQuestion
from functions.answer.question.conversation import recent_messages

log = logging.getLogger("footnote.answer")


class AnswerService:
    """Takes the questions of all APIs."""

    def __init__(self, admission_control: AdmissionControl, pipeline: Pipeline) -> None:
        self.admission_control = admission_control
        self.pipeline = pipeline
        self.settlements: set[asyncio.Task[None]] = set()

    async def start(self, request: Request, question: AnswerRequest) -> PendingAnswer:
        """Everything up to the first token. Raises RateLimited, InvalidRequest, and Unavailable without
        retrieve."""
        caller: Caller = request.state.caller
        self._log(caller, question)
        admission = await self.admission_control.admit(caller, question)
        resolved = await self._resolve(admission, question)
        context = await self._retrieve(admission, resolved)
        return PendingAnswer(self, await self._reserve(admission, context), context)

    def settle(self, admission: Admission, usage: Usage) -> None:
        """In the background, so that no response waits for it and no client can cancel it."""
        task = asyncio.create_task(self.admission_control.settle(admission, usage))
        self.settlements.add(task)
        task.add_done_callback(self.settlements.discard)

    async def _resolve(self, admission: Admission, question: AnswerRequest) -> ResolvedQuestion:
        groups, may_use_model = admission.caller.groups, admission.may_use_model
        try:
            return await self.pipeline.resolve(question, groups, may_use_model=may_use_model)
        except InvalidRequest:
            self.settle(admission, NO_USAGE)
            raise

    async def _retrieve(self, admission: Admission, resolved: ResolvedQuestion) -> AnswerContext:
        """A client that disconnects meanwhile is not charged for an answer, as none was begun."""
        try:
            return await self.pipeline.retrieve(resolved)
        except BaseException:
            self.settle(admission, resolved.usage)
            raise

    async def _reserve(self, admission: Admission, context: AnswerContext) -> Admission:
        """Before the model is called: the passages may be longer than was estimated."""
        if not (prompt := context.prompt):
            return admission
        try:
            admission = await self.admission_control.reserve(admission, context.usage, prompt)
        except BaseException:
            self.settle(admission, context.usage)
            raise
        if not admission.may_use_model:
            context.fall_back(BUDGET_SPENT)
        return admission

    def _log(self, caller: Caller, question: AnswerRequest) -> None:
        if not self.pipeline.settings.log_questions:
            return
        for last in recent_messages(question)[-1:]:
            fields = {"client": caller.client, "question": last.content}
            log.info("question", extra={"fields": fields})


class PendingAnswer:
    """An answer that is about to be written.

    When it is complete or breaks off, its reservation is replaced by what it cost. If the client
    disconnects before, the reservation stays: the model that was called is paid.
    """

    def __init__(self, service: AnswerService, admission: Admission, context: AnswerContext) -> None:
        self.service = service
        self.admission = admission
        self.context = context
        self.finished = False

    @property
    def headers(self) -> dict[str, str]:
        """Response headers: the rate limit and the answer's id."""
        return {**self.admission.headers, "footnote-answer": self.context.id}

    async def answer(self) -> AnswerResponse:
        with self._ending():
            response = await self.service.pipeline.answer(self.context)
            self._finish(response)
        return response

    async def events(self) -> AsyncGenerator[AnswerEvent, None]:
        with self._ending():
            async with aclosing(self.service.pipeline.events(self.context)) as events:
                async for event in events:
                    if isinstance(event, AnswerResponse):
                        self._finish(event)
                    yield event

    @contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        except Unavailable:
            self.service.settle(self.admission, self.context.usage)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            if not self.finished:
                metrics.ANSWERS.labels(self.context.generator.model, "left").inc()
            raise

    def _finish(self, response: AnswerResponse) -> None:
        self.finished = True
        metrics.count_answer(response)
        log.info("answered", extra={"fields": _log_fields(response)})
        self.service.settle(self.admission, response.usage)


def _log_fields(response: AnswerResponse) -> dict[str, object]:
    """Nothing of the text of a question, an answer or a document."""
    return {
        "answer": response.id,
        "model": response.model,
        "outcome": metrics.outcome(response),
        "statements": len(response.statements),
        "tokens": response.usage.total_tokens,
        "ms": response.timings_ms["total"],
    }
