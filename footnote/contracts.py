"""The bodies that go over HTTP, as more than one function sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from footnote.errors import Unavailable

UPLOADS = "uploads/"
"""The beginning of the key of every document that a reader uploaded."""


Named = Annotated[str, Field(max_length=2_000)]
"""What a filter compares with; a key of S3 has at most 1,024 bytes."""


class Contract(BaseModel):
    """A body in which unknown fields are refused. Its validator is built when it is first used."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Reply(Contract):
    """A body that is answered, by one that may be newer: unknown fields are not looked at."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def read(cls, answer: Any, url: str) -> Self:
        """What `url` answered. Raises Unavailable where it is something else."""
        try:
            return cls.model_validate(answer)
        except ValidationError as error:
            raise Unavailable(f"{url} answered badly: {error.errors()[0]['msg']}.") from None


NO_TOKENS = "send texts, not tokens (in LangChain: check_embedding_ctx_length=False)"


class EmbeddingsRequest(Contract):
    """OpenAI's embeddings request. What else its clients send is not looked at."""

    model_config = ConfigDict(extra="ignore")

    input: str | list[str]
    model: str | None = None
    encoding_format: Literal["float", "base64"] | None = None
    """float where it is not given."""
    dimensions: int | None = None

    @field_validator("input", mode="before")
    @classmethod
    def _is_text(cls, given: Any) -> Any:
        if isinstance(given, list) and any(isinstance(each, int | list) for each in given):
            raise ValueError(NO_TOKENS)
        return given


class Embedding(Reply):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str
    """Floats, or base64 of little-endian float32."""


class EmbeddingsUsage(Reply):
    prompt_tokens: int
    total_tokens: int


class EmbeddingsResponse(Reply):
    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    """The embedding fingerprint: equal only where vectors can be compared."""
    usage: EmbeddingsUsage


class Filter(Contract):
    """Which documents may be found. All that is given must hold."""

    uri: list[Named] | None = Field(None, max_length=1_000)
    prefix: Named | None = Field(None, description="start of the object's key")
    content_type: list[Named] | None = Field(None, max_length=100)
    modified_after: datetime | None = None
    modified_before: datetime | None = None


class RetrieveRequest(Contract):
    query: str = Field(min_length=1, max_length=8_000)
    vector: list[float] | None = None
    model: str | None = Field(None, description="fingerprint of `vector`; required with it")
    top_k: int = Field(5, ge=1, le=100)
    mode: Literal["hybrid", "vector", "keyword"] = "hybrid"
    filter: Filter | None = None
    groups: list[str] = Field(
        default_factory=list,
        description="of the reader: documents with groups are found only by a reader in one of them",
    )


class Passage(Reply):
    """What retrieve found: a slice of a document's text."""

    document: str
    """Id of the document: GET /documents/{id} shows it."""
    uri: str
    version: str
    title: str
    headings: list[str] = []
    page: int | None = None
    """1-based, where the format has pages (slides, sheets)."""
    start: int
    end: int
    """Characters: text == document_text[start:end]."""
    text: str
    score: float
    """Fused, 0 to 1; comparable only within one response."""
    cosine: float | None = None
    """Of query and passage vectors, -1 to 1; None where the vector arm did not see it."""


class RetrieveResponse(Reply):
    hits: list[Passage]
    index: str
    """Name of the index generation that was searched."""
    model: str = ""
    """Fingerprint of its model: a vector of this one spares the next question an embedding."""
    coverage: float
    """Share of the query's terms, weighted by their rarity (idf), that one hit contains, the best."""
    took_ms: float
    revision: str | None = None
    """Of the index, before it was searched: while GET /revision says the same, so would a search."""


class IndexRevision(Reply):
    revision: str | None
    """Replaced by every commit; None where it cannot be told now."""


class DocumentSummary(Reply):
    """A manifest, as a reader sees it."""

    id: str
    uri: str
    key: str
    title: str
    state: Literal["indexed", "failed", "deleted"]
    version: str
    chunks: int
    reason: str | None
    content_type: str
    size: int
    groups: list[str]
    etag: str
    """Of the object that this is about, as the bucket had it; empty where there is none."""
    modified_at: datetime | None
    indexed_at: datetime


class DriftReport(Reply):
    """How many objects the index was not true to when all of the bucket was last compared with it."""

    compared_at: datetime
    new: int
    """Never looked at, or known to be gone."""
    changed: int
    gone: int
    behind: int
    """True to, but for a generation of the index that lacks the document."""
    leftovers: int
    """True to, but for chunks that a writer left and no reader sees."""


class DocumentList(Reply):
    documents: list[DocumentSummary]
    next: str | None
    """Value for `after` to get the following page; None on the last."""
    drift: DriftReport | None = None
    """None before the first comparison."""


class DocumentPassage(Reply):
    ordinal: int
    page: int | None
    headings: list[str]
    start: int
    end: int
    text: str


class DocumentDetail(DocumentSummary):
    passages: list[DocumentPassage]


class Uploads(Reply):
    """What a caller may upload."""

    allowed: bool
    limit: int
    """Bytes of one document."""
    groups: list[str] = []
    """With whom the caller may share one that is else private."""
    private: bool
    """Whether it is; otherwise all may read it, since nobody is asked who they are."""


class Uploaded(Reply):
    """A document that is in the bucket, and will be indexed when its storage event comes."""

    id: str
    key: str
    uri: str
    etag: str
    groups: list[str]
    """Whose members may read it; if none, all."""


class Message(Contract):
    role: Literal["system", "developer", "user", "assistant"]
    content: str


class AnswerRequest(Contract):
    """A question, alone or as the last message of a conversation."""

    query: str | None = Field(None, min_length=1, max_length=8_000)
    messages: list[Message] | None = Field(None, min_length=1, max_length=100)
    top_k: int = Field(5, ge=1, le=20)
    mode: Literal["hybrid", "vector", "keyword"] = "hybrid"
    filter: Filter | None = None


class Citation(Reply):
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


class Statement(Reply):
    """A stretch of the answer that claims something."""

    start: int
    end: int
    """Characters of the answer, the statement's markers included."""
    citations: list[int]
    """Numbers of its citations; empty when it has none."""
    supported: bool
    """Whether a passage bears it out."""


class Usage(Reply):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


Finish = Literal["stop", "length", "content_filter"]
"""Why a text ends, as OpenAI calls it: it is complete, had no more tokens, or was not to go on."""


class AnswerResponse(Reply):
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
    statements: list[Statement] = []
    notices: list[str] = []
    """What did not go as it should, in sentences for the reader: keyword search only, no chat model."""
