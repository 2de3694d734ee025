"""Prometheus metrics of answers, beside those that every function has of its requests."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from footnote.contracts import AnswerResponse, Usage
from footnote.serving.metrics import SECONDS
from footnote.settings import Settings

MILLION = 1_000_000

ANSWERS = Counter("footnote_answers_total", "Answers by outcome", ["model", "outcome"])
"""The outcome is one of `outcome`, or `broken` if the model broke off, or `left` if the client
disconnected."""
STAGE_SECONDS = Histogram("footnote_stage_seconds", "Seconds by stage", ["stage"], buckets=SECONDS)
FIRST_TOKEN_SECONDS = Histogram(
    "footnote_first_token_seconds", "Seconds until the first text", ["model"], buckets=SECONDS
)
TOKENS = Counter("footnote_tokens_total", "Tokens of the chat model", ["model", "kind"])
COST = Counter(
    "footnote_cost_total", "Cost of the chat model's tokens, in the currency of the prices", ["model"]
)
CITATIONS = Counter("footnote_citations_total", "Citations of answers", ["supported"])
UNSUPPORTED = Counter("footnote_unsupported_statements_total", "Statements that no passage supports")
FALLBACKS = Counter("footnote_fallbacks_total", "Answers without a dependency that failed", ["missing"])
RETRIEVAL_CACHE = Counter("footnote_remembered_total", "Lookups in the retrieval cache", ["found"])
ANSWER_CACHE = Counter("footnote_answer_cache_total", "Lookups in the answer cache", ["found"])
DECISIONS = Counter("footnote_limit_decisions_total", "Decisions of admission control", ["decision"])
"""The decision is `admitted`, `uncounted` if admitted while the limiter was down, or why it refused."""
RATINGS = Counter("footnote_ratings_total", "Ratings of answers by readers", ["rating"])
UPLOADS = Counter("footnote_uploads_total", "Documents that readers uploaded, by outcome", ["outcome"])


def count_answer(response: AnswerResponse) -> None:
    """Count a complete answer."""
    ANSWERS.labels(response.model, outcome(response)).inc()
    for stage, milliseconds in response.timings_ms.items():
        STAGE_SECONDS.labels(stage).observe(milliseconds / 1000)
    if (first := response.timings_ms.get("first_token")) is not None:
        FIRST_TOKEN_SECONDS.labels(response.model).observe(first / 1000)
    for citation in response.citations:
        CITATIONS.labels(str(citation.supported).lower()).inc()
    UNSUPPORTED.inc(sum(not statement.supported for statement in response.statements))


def count_usage(usage: Usage, settings: Settings) -> None:
    """Count the tokens of one reply of the chat model, complete or not."""
    TOKENS.labels(settings.chat_model, "prompt").inc(usage.prompt_tokens)
    TOKENS.labels(settings.chat_model, "completion").inc(usage.completion_tokens)
    COST.labels(settings.chat_model).inc(
        usage.prompt_tokens * settings.price_prompt / MILLION
        + usage.completion_tokens * settings.price_completion / MILLION
    )


def outcome(response: AnswerResponse) -> str:
    """`grounded`, `ungrounded` or `refused`."""
    if response.refused:
        return "refused"
    return "grounded" if response.grounded else "ungrounded"
