"""The requests and responses of answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from footnote.contracts.base import RequestModel, ResponseModel
from footnote.contracts.retrieval import Filter, Mode


class Message(RequestModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str


class AnswerRequest(RequestModel):
    """A question, alone or as the last message of a conversation."""

    query: str | None = Field(None, min_length=1, max_length=8_000)
    messages: list[Message] | None = Field(None, min_length=1)
    top_k: int = Field(5, ge=1, le=20)
    mode: Mode = "hybrid"
    filter: Filter | None = None


class Citation(ResponseModel):
    number: int
    """The number of its marker in the answer, such as [1]. Each number stands for one quote."""
    document: str
    uri: str
    version: str
    title: str
    page: int | None
    start: int
    end: int
    """In characters: quote == document_text[start:end]."""
    quote: str
    supported: bool
    """Whether the quote supports the statement that it is attached to."""


class Statement(ResponseModel):
    """A part of the answer that makes a claim."""

    start: int
    end: int
    """In characters of the answer, including the statement's markers."""
    citations: list[int]
    """The numbers of its citations."""
    supported: bool
    """Whether a passage supports it."""


class Usage(ResponseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


Finish = Literal["stop", "length", "content_filter"]
"""Why a text ends, in OpenAI's terms: it is complete, reached the token limit, or was filtered."""


class AnswerResponse(ResponseModel):
    id: str
    """Begins with the trace id. PUT /answers/{id}/rating rates the answer."""
    answer: str
    citations: list[Citation]
    grounded: bool
    """Whether every statement of the answer has a citation that supports it."""
    refused: bool
    """Whether the answer says that the passages do not hold it."""
    evidence: float = 0
    """The probability, 0 to 1, that the passages hold the answer, estimated before it is written."""
    model: str
    """The chat model, or "extractive"."""
    usage: Usage
    timings_ms: dict[str, float]
    finish: Finish = "stop"
    statements: list[Statement] = Field([])
    notices: list[str] = Field([])
    """What was degraded, in sentences for the reader, such as keyword search only or no chat model."""
