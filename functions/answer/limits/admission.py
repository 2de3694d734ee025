"""Admission control: whether a request is admitted, and how many tokens its answer may cost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from footnote.contracts import AnswerRequest, Usage
from footnote.errors import FootnoteError, Misconfigured, Unavailable
from footnote.settings import Settings
from functions.answer import metrics, outage
from functions.answer.auth.authenticator import Caller
from functions.answer.generators.prompt import ChatMessage
from functions.answer.limits import Decision, Limiter, open_limiter
from functions.answer.question import conversation, rewriting

log = logging.getLogger("footnote.answer")

BYTES_PER_TOKEN = 3
"""Fewer than most languages have: an estimate may be too high, but must not be too low."""
BYTES_PER_WORDPIECE = 6
SYSTEM_TOKENS = 500
"""Tokens of the prompt around question and passages."""
SHORTEST = AnswerRequest(query="?")
UNCOUNTABLE = "Requests cannot be counted now; try again in a moment."


@dataclass(frozen=True, slots=True)
class Admission:
    caller: Caller
    decision: Decision
    may_use_model: bool = True
    """False if the budget of the chat model is spent."""

    @property
    def headers(self) -> dict[str, str]:
        return self.decision.headers()


class AdmissionControl:
    def __init__(self, settings: Settings, limiter: Limiter) -> None:
        self.settings = settings
        self.limiter = limiter
        self.connected = False

    @classmethod
    def from_settings(cls, settings: Settings) -> AdmissionControl:
        """Raises Misconfigured for a daily budget that refuses every question."""
        control = cls(settings, open_limiter(settings))
        control._check_budgets()
        return control

    async def connect(self) -> None:
        """Try once to reach the limiter's counters before the first question. Never raises.

        The first connection of a process on a busy node can take longer than a question waits for it.
        """
        if not self.connected:
            self.connected = True
            with suppress(Unavailable):
                await self.limiter.connect()

    async def admit(self, caller: Caller, request: AnswerRequest) -> Admission:
        """Count a question and reserve the tokens that its answer may cost, as far as they are known.

        Raises RateLimited, or Unavailable if nothing can be counted and the settings say to fail closed.
        """
        decision = await self._decide(caller.client, self._estimate(request))
        may_use_model = True
        if self._falls_back(decision):
            decision, may_use_model = await self._decide(caller.client, 0), False
        decision.raise_if_refused()
        return Admission(caller, decision, may_use_model)

    async def reserve(
        self, admission: Admission, spent: Usage, prompt: Sequence[ChatMessage]
    ) -> Admission:
        """Raise the reservation to what the answer may cost with this prompt, and what was spent before.

        Raises as `admit` does.
        """
        read = sum(len(message["content"].encode()) for message in prompt) // BYTES_PER_TOKEN
        tokens = spent.total_tokens + read + self.settings.chat_max_tokens
        if tokens <= admission.decision.reserved:
            return admission
        with outage.reported_as(UNCOUNTABLE):
            decision = await self.limiter.reserve(admission.decision, tokens)
        if decision.exceeded:
            metrics.DECISIONS.labels(decision.outcome).inc()
        if self._falls_back(decision):
            return replace(admission, may_use_model=False)
        decision.raise_if_refused()
        return replace(admission, decision=decision)

    async def count(self, caller: Caller) -> dict[str, str]:
        """Count a request without a question; the headers of its response. Raises as `admit` does."""
        decision = await self._decide(caller.client, 0)
        decision.raise_if_refused()
        return decision.headers()

    async def settle(self, admission: Admission, usage: Usage) -> None:
        """Replace the reservation by the usage. Never raises: an answer must not fail by this."""
        try:
            await self.limiter.settle(admission.decision, usage.total_tokens)
        except Unavailable as error:
            log.warning(
                "the tokens used could not be recorded, so the estimate counts: %s", error.message
            )

    async def _decide(self, client: str, tokens: int) -> Decision:
        try:
            with outage.reported_as(UNCOUNTABLE):
                decision = await self.limiter.admit(client, tokens)
        except FootnoteError as error:
            metrics.DECISIONS.labels(error.type).inc()
            raise
        metrics.DECISIONS.labels(decision.outcome).inc()
        return decision

    def _check_budgets(self) -> None:
        least = self._estimate(SHORTEST)
        for name in ("client_daily_tokens", "total_daily_tokens"):
            if 0 < (budget := getattr(self.settings, name)) < least:
                raise Misconfigured(
                    f"FOOTNOTE_{name.upper()}={budget} would refuse every question, since an answer may "
                    f"cost more; raise it to {least} or more."
                )

    def _falls_back(self, decision: Decision) -> bool:
        """Whether the question is to be answered without the chat model, whose total budget is spent."""
        return decision.exceeded == "total_tokens" and self.settings.budget_spent == "extractive"

    def _estimate(self, request: AnswerRequest) -> int:
        """The tokens that the answer may cost; 0 without a chat model.

        Of the passages only the number is known; each counts with the chunk size of the settings.
        """
        settings = self.settings
        if not settings.chat_base_url:
            return 0
        unit = BYTES_PER_WORDPIECE if settings.chunk_unit == "wordpieces" else 1
        passages = request.top_k * settings.chunk_size * unit
        written = settings.chat_max_tokens
        if len(conversation.recent_messages(request)) > 1:
            written += rewriting.MAX_TOKENS
        return SYSTEM_TOKENS + (passages + 2 * conversation.size(request)) // BYTES_PER_TOKEN + written
