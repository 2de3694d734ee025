"""A question that was let in, and what answering it costs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager

from starlette.requests import Request

from footnote.contracts import AnswerRequest, AnswerResponse, Usage
from footnote.errors import InvalidRequest
from functions.answer import metrics
from functions.answer.auth.authenticator import Caller
from functions.answer.limits.admission import Admission, AdmissionControl
from functions.answer.pipeline import NO_BUDGET, Event, Pipeline, Prepared, Understood
from functions.answer.question.conversation import spoken

log = logging.getLogger("footnote.answer")


class PendingAnswer:
    """The question is charged with what it really cost when the answer is complete. One that is given up
    halfway stays charged with what was kept aside: a model that was asked is paid."""

    def __init__(self, desk: AnswerService, admission: Admission, prepared: Prepared) -> None:
        self.desk = desk
        self.admission = admission
        self.prepared = prepared
        self.finished = False

    @property
    def headers(self) -> dict[str, str]:
        """Of the response: what is left of the limits, and the answer's id."""
        return {**self.admission.headers, "footnote-answer": self.prepared.id}

    async def answer(self) -> AnswerResponse:
        with self._counted():
            response = await self.desk.pipeline.answer(self.prepared)
            self._finish(response)
        return response

    async def events(self) -> AsyncGenerator[Event, None]:
        with self._counted():
            async with aclosing(self.desk.pipeline.events(self.prepared)) as events:
                async for event in events:
                    if isinstance(event, AnswerResponse):
                        self._finish(event)
                    yield event

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            if not self.finished:
                metrics.ANSWERS.labels(self.prepared.generator.model, "left").inc()
            raise

    def _finish(self, response: AnswerResponse) -> None:
        self.finished = True
        metrics.observe(response)
        log.info("answered", extra={"fields": _facts(response)})
        self.desk.settle(self.admission, response.usage)


def _facts(response: AnswerResponse) -> dict[str, object]:
    """What may be logged of any answer: nothing that a reader or a document said."""
    return {
        "answer": response.id,
        "model": response.model,
        "outcome": metrics.outcome(response),
        "statements": len(response.statements),
        "tokens": response.usage.total_tokens,
        "ms": response.timings_ms["total"],
    }


class AnswerService:
    """Where every question arrives, whatever API it comes by."""

    def __init__(self, gate: AdmissionControl, pipeline: Pipeline) -> None:
        self.gate = gate
        self.pipeline = pipeline
        self.settling: set[asyncio.Task[None]] = set()

    async def receive(self, request: Request, asked: AnswerRequest) -> PendingAnswer:
        """Raises RateLimited, InvalidRequest, and Unavailable without retrieve."""
        caller: Caller = request.state.caller
        self._log(caller, asked)
        admission = await self.gate.admit(caller, asked)
        prepared = await self._find(admission, await self._understand(admission, asked))
        return PendingAnswer(self, await self._afford(admission, prepared), prepared)

    async def _understand(self, admission: Admission, asked: AnswerRequest) -> Understood:
        groups, may_spend = admission.caller.groups, admission.may_spend
        try:
            return await self.pipeline.understand(asked, groups, may_spend=may_spend)
        except InvalidRequest:
            self.settle(admission, Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0))
            raise

    async def _find(self, admission: Admission, understood: Understood) -> Prepared:
        """Whoever leaves meanwhile is not charged with an answer that nobody began to write."""
        try:
            return await self.pipeline.find(understood)
        except BaseException:
            self.settle(admission, understood.usage)
            raise

    async def _afford(self, admission: Admission, prepared: Prepared) -> Admission:
        """Before the model is asked: passages may be longer than was reckoned with."""
        if not (prompt := prepared.prompt):
            return admission
        try:
            afforded = await self.gate.afford(admission, prepared.usage, prompt)
        except BaseException:
            self.settle(admission, prepared.usage)
            raise
        if not afforded.may_spend:
            prepared.extract(NO_BUDGET)
        return afforded

    def _log(self, caller: Caller, asked: AnswerRequest) -> None:
        if not self.pipeline.settings.log_questions:
            return
        for last in spoken(asked)[-1:]:
            fields = {"client": caller.client, "question": last.content}
            log.info("question", extra={"fields": fields})

    def settle(self, admission: Admission, usage: Usage) -> None:
        """In the background: nobody waits for it, and a client that leaves does not stop it."""
        task = asyncio.create_task(self.gate.settle(admission, usage))
        self.settling.add(task)
        task.add_done_callback(self.settling.discard)
