"""What retrieve is asked and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, field_validator

from footnote.contracts.base import RequestModel, ResponseModel

URIS = 20_000
"""That a filter names at most. Elasticsearch takes 65,536 terms."""
Named = Annotated[str, Field(max_length=2_000)]
"""What a filter compares with; a key of S3 has at most 1,024 bytes."""


class Filter(RequestModel):
    """Which documents may be found. All that is given must hold."""

    uri: list[Named] | None = Field(None, max_length=URIS)
    prefix: Named | None = Field(None, description="start of the object's key")
    content_type: list[Named] | None = Field(None, max_length=100)
    modified_after: datetime | None = None
    modified_before: datetime | None = None


class RetrieveRequest(RequestModel):
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

    @field_validator("query")
    @classmethod
    def _is_said(cls, query: str) -> str:
        if not query.strip():
            raise ValueError("the text is blank")
        return query


class Passage(ResponseModel):
    """What retrieve found: a slice of a document's text."""

    document: str
    """Id of the document: GET /documents/{id} shows it."""
    uri: str
    version: str
    title: str
    headings: list[str] = Field(default_factory=list)
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


class RetrieveResponse(ResponseModel):
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


class IndexRevision(ResponseModel):
    revision: str | None
    """Replaced by every commit; None where it cannot be told now."""
