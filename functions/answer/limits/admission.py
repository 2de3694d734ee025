"""The gate that every question passes: who asks, and may this be asked and spent now?"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from footnote.contracts import AnswerRequest, Usage
from footnote.errors import FootnoteError, Unavailable
from footnote.serving import Endpoint
from footnote.settings import Settings
from functions.answer import metrics
from functions.answer.auth.authenticator import Authenticator, Caller
from functions.answer.generators.prompt import ChatMessage
from functions.answer.limits import Decision, Limiter, open_limiter
from functions.answer.question import rewriting
from functions.answer.question.conversation import length, spoken

log = logging.getLogger("footnote.answer")

BYTES_PER_TOKEN = 3
"""Fewer than texts of most languages have: an estimate may be too high, it must not be too low."""
BYTES_PER_WORDPIECE = 6
RULES = 500
"""Tokens of the prompt around question and passages."""


@dataclass(frozen=True, slots=True)
class Admission:
    caller: Caller
    decision: Decision
    may_spend: bool = True
    """Whether a chat model may be asked."""

    @property
    def headers(self) -> dict[str, str]:
        return self.decision.headers()


class AdmissionControl:
    def __init__(self, settings: Settings, authenticator: Authenticator, limiter: Limiter) -> None:
        self.settings = settings
        self.authenticator = authenticator
        self.limiter = limiter
        self.opened = False

    @classmethod
    def of(cls, settings: Settings) -> AdmissionControl:
        return cls(settings, Authenticator(settings), open_limiter(settings))

    async def open(self) -> None:
        """Before the first question: whether what counts it can be reached, tried once. Never raises.

        The first connection of a process on a busy node can take longer than a question waits for it.
        """
        if not self.opened:
            self.opened = True
            with suppress(Unavailable):
                await self.limiter.open()

    def guard(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint for callers we know: `request.state.caller` is the one. Others get a 401."""

        async def guarded(request: Request) -> Response:
            request.state.caller = await self.authenticator.identify(request)
            return await endpoint(request)

        return guarded

    async def admit(self, caller: Caller, asked: AnswerRequest) -> Admission:
        """Count the question and keep aside what answering it may cost, as far as it is known.

        Raises RateLimited, and Unavailable when nothing can be counted and the settings say closed.
        """
        decision = await self._decide(caller.client, self._estimate(asked))
        may_spend = True
        if decision.refused == "total_tokens" and self.settings.budget_spent == "extractive":
            decision, may_spend = await self._decide(caller.client, 0), False
        decision.check()
        return Admission(caller, decision, may_spend)

    async def afford(
        self, admission: Admission, spent: Usage, prompt: Sequence[ChatMessage]
    ) -> Admission:
        """Keep aside what the answer may cost, now that the model's prompt is known, and what was spent.

        Raises as `admit` does; or else the chat model may not be asked.
        """
        read = sum(len(message["content"].encode()) for message in prompt) // BYTES_PER_TOKEN
        tokens = spent.total_tokens + read + self.settings.chat_max_tokens
        if tokens <= admission.decision.reserved:
            return admission
        decision = await self.limiter.reserve(admission.decision, tokens)
        if decision.refused:
            metrics.DECISIONS.labels(decision.name).inc()
        if decision.refused == "total_tokens" and self.settings.budget_spent == "extractive":
            return replace(admission, may_spend=False)
        decision.check()
        return replace(admission, decision=decision)

    async def count(self, caller: Caller) -> dict[str, str]:
        """Count a request that asks no question; the headers of its response. Raises as `admit` does."""
        decision = await self._decide(caller.client, 0)
        decision.check()
        return decision.headers()

    async def settle(self, admission: Admission, usage: Usage) -> None:
        """Charge what was spent instead of what was kept aside. An answer never fails by this."""
        try:
            await self.limiter.settle(admission.decision, usage.total_tokens)
        except Unavailable as error:
            log.warning("what was spent stays as estimated: %s", error.message)

    async def _decide(self, client: str, tokens: int) -> Decision:
        try:
            decision = await self.limiter.admit(client, tokens)
        except FootnoteError as error:
            metrics.DECISIONS.labels(error.type).inc()
            raise
        metrics.DECISIONS.labels(decision.name).inc()
        return decision

    def _estimate(self, asked: AnswerRequest) -> int:
        """Tokens that the answer may cost; 0 where there is no chat model.

        Of the passages only their number is known: theirs is the size of chunks of the settings.
        """
        settings = self.settings
        if not settings.chat_base_url:
            return 0
        unit = BYTES_PER_WORDPIECE if settings.chunk_unit == "wordpieces" else 1
        passages = asked.top_k * settings.chunk_size * unit
        written = settings.chat_max_tokens + rewriting.TOKENS * (len(spoken(asked)) > 1)
        return RULES + (passages + 2 * length(asked)) // BYTES_PER_TOKEN + written
