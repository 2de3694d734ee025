"""Which documents there are, and how one comes to them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from footnote.contracts.base import ResponseModel

UPLOADS = "uploads/"
"""The beginning of the key of every document that a reader uploaded."""


class DocumentSummary(ResponseModel):
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


class DriftReport(ResponseModel):
    """How many objects the index was not true to when all of the bucket was last compared with it."""

    compared_at: datetime
    new: int
    """Never looked at, or known to be gone."""
    changed: int
    gone: int
    behind: int
    """Objects that the index agrees with, except that it lacks the document, or the index that may be
    next does."""
    leftovers: int
    """Objects that the index agrees with, though it also holds chunks of a writer that died or is still
    at work."""


DRIFTS = tuple(name for name in DriftReport.model_fields if name != "compared_at")
"""Its counts, in the order in which Elasticsearch keeps them."""


class DocumentList(ResponseModel):
    documents: list[DocumentSummary]
    next: str | None
    """Value for `after` to get the following page; None on the last."""
    drift: DriftReport | None = None
    """None before the first comparison."""


class DocumentPassage(ResponseModel):
    ordinal: int
    page: int | None
    headings: list[str]
    start: int
    end: int
    text: str


class DocumentDetail(DocumentSummary):
    passages: list[DocumentPassage]


class Uploads(ResponseModel):
    """What a caller may upload."""

    allowed: bool
    limit: int
    """Bytes of one document."""
    groups: list[str] = Field(default_factory=list)
    """With whom the caller may share one that is else private."""
    private: bool
    """Whether only the uploader may read what is uploaded, unless it is shared; false where callers are
    not identified: then all may."""


class Uploaded(ResponseModel):
    """A document that is in the bucket, and will be indexed when its storage event comes."""

    id: str
    key: str
    uri: str
    etag: str
    groups: list[str]
    """Whose members may read it; if none, all."""
