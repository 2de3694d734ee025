"""The requests and responses of retrieve."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from footnote.contracts.base import RequestModel, ResponseModel

MAX_URIS = 20_000
"""Elasticsearch accepts 65,536 terms."""
Mode = Literal["hybrid", "vector", "keyword"]
FilterValue = Annotated[str, Field(max_length=2_000)]
"""A key on S3 has at most 1,024 bytes."""


def _in_utc(time: datetime) -> datetime:
    """A time without a zone counts as UTC."""
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("the time in UTC is outside the years 1 to 9999") from None


UtcTime = Annotated[datetime, AfterValidator(_in_utc)]


class Filter(RequestModel):
    """Restricts a search to documents that meet every condition given."""

    uri: list[FilterValue] | None = Field(None, max_length=MAX_URIS)
    prefix: FilterValue | None = Field(None, description="start of the object's key")
    content_type: list[FilterValue] | None = Field(None, max_length=100)
    modified_after: UtcTime | None = None
    modified_before: UtcTime | None = None


class RetrieveRequest(RequestModel):
    query: str = Field(min_length=1, max_length=8_000)
    vector: list[float] | None = None
    model: str | None = Field(None, description="fingerprint of `vector`; required with it")
    top_k: int = Field(5, ge=1, le=100)
    mode: Mode = "hybrid"
    filter: Filter | None = None
    groups: list[str] = Field(
        [],
        description="groups of the reader; a document with groups is found only by a reader in one",
    )

    @field_validator("query")
    @classmethod
    def _refuse_blank(cls, query: str) -> str:
        if not query.strip():
            raise ValueError("the text is blank")
        return query


class Passage(ResponseModel):
    """A part of a document's text that retrieve found."""

    document: str
    """The document's id, as in GET /documents/{id}."""
    uri: str
    version: str
    title: str
    headings: list[str] = Field([])
    page: int | None = None
    """1-based, if the format has pages, slides or sheets."""
    start: int
    end: int
    """In characters: text == document_text[start:end]."""
    text: str
    score: float
    """The fused score, 0 to 1, comparable only within one response."""
    cosine: float | None = None
    """Similarity of query and passage vectors, -1 to 1; None if vector search did not find it."""


class RetrieveResponse(ResponseModel):
    hits: list[Passage]
    index: str
    """The index generation that was searched."""
    model: str = ""
    """The fingerprint of its model. A caller who embeds with it saves retrieve from doing so."""
    coverage: float
    """The largest share of the query's terms, weighted by idf, that a single hit contains."""
    unknown: list[str] = Field([])
    """The query's terms, in lower case, that no document contains which the reader may search."""
    took_ms: float
    revision: str | None = None
    """The index revision before the search. The result is valid while GET /revision returns the same."""


class IndexRevision(ResponseModel):
    revision: str | None
    """Changes with every commit; None if it is unknown now."""
