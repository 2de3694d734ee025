"""What answer is asked and answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from footnote.contracts.base import RequestModel, ResponseModel
from footnote.contracts.retrieval import Filter


class Message(RequestModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str


class AnswerRequest(RequestModel):
    """A question, alone or as the last message of a conversation."""

    query: str | None = Field(None, min_length=1, max_length=8_000)
    messages: list[Message] | None = Field(None, min_length=1)
    top_k: int = Field(5, ge=1, le=20)
    mode: Literal["hybrid", "vector", "keyword"] = "hybrid"
    filter: Filter | None = None


class Citation(ResponseModel):
    number: int
    """As it stands in the answer: [1]. Each number is one quote."""
    document: str
    uri: str
    version: str
    title: str
    page: int | None
    start: int
    end: int
    """Characters in the document: quote == document_text[start:end]."""
    quote: str
    supported: bool
    """Whether the quoted text bears out the statement it is attached to."""


class Statement(ResponseModel):
    """A stretch of the answer that claims something."""

    start: int
    end: int
    """Characters of the answer, the statement's markers included."""
    citations: list[int]
    """Numbers of its citations; empty when it has none."""
    supported: bool
    """Whether a passage bears it out."""


class Usage(ResponseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


Finish = Literal["stop", "length", "content_filter"]
"""Why a text ends, as OpenAI calls it: it is complete, had no more tokens, or was not to go on."""


class AnswerResponse(ResponseModel):
    id: str
    """Begins with the id of its trace; PUT /answers/{id}/rating says what a reader thinks of it."""
    answer: str
    citations: list[Citation]
    grounded: bool
    """True when every statement of the answer carries a footnote that supports it."""
    refused: bool
    """True when the passages do not hold the answer, and the answer says so."""
    evidence: float = 0
    """How likely the passages hold the answer, before one is written; 0 to 1."""
    model: str
    """The chat model, or "extractive"."""
    usage: Usage
    timings_ms: dict[str, float]
    finish: Finish = "stop"
    statements: list[Statement] = Field(default_factory=list)
    notices: list[str] = Field(default_factory=list)
    """What did not go as it should, in sentences for the reader: keyword search only, no chat model."""
