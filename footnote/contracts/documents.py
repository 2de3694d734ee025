"""Documents: their states, their passages, and uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from footnote.contracts.base import ResponseModel

State = Literal["indexed", "failed", "deleted"]
UPLOADS_PREFIX = "uploads/"
"""Prefix of the key of every document that a reader uploaded."""


class DocumentSummary(ResponseModel):
    """A manifest as a reader sees it."""

    id: str
    uri: str
    key: str
    title: str
    state: State
    version: str
    chunks: int
    reason: str | None
    content_type: str
    size: int
    groups: list[str]
    etag: str
    """The etag of the object that the state is about; empty if there is no object."""
    modified_at: datetime | None
    indexed_at: datetime


class DriftReport(ResponseModel):
    """The numbers of objects that differed when the index was last compared with the whole bucket."""

    compared_at: datetime
    new: int
    """Objects that the index never saw, or holds as deleted."""
    changed: int
    gone: int
    behind: int
    """Objects that the manifest agrees with, but whose chunks the live or the next index lacks."""
    leftovers: int
    """Objects that the manifest agrees with, but of which the index also holds chunks of a writer that
    died or is still working."""


DRIFT_KINDS = tuple(name for name in DriftReport.model_fields if name != "compared_at")
"""The counts, in the order in which Elasticsearch stores them."""


class DocumentList(ResponseModel):
    documents: list[DocumentSummary]
    next: str | None
    """The value of `after` for the next page; None on the last."""
    drift: DriftReport | None = None
    """None before the first comparison."""


class DocumentPassage(ResponseModel):
    ordinal: int
    page: int | None
    headings: list[str]
    """Titles of the headings above its start, the top one first, and what introduces the list if an item
    begins there."""
    start: int
    end: int
    text: str


class DocumentDetail(DocumentSummary):
    outline: list[str]
    """Titles of all its headings, in order."""
    passages: list[DocumentPassage]


class UploadPolicy(ResponseModel):
    """Whether and what a caller may upload."""

    allowed: bool
    limit: int
    """Bytes of a document."""
    groups: list[str] = Field([])
    """Groups with which the caller may share a document that is otherwise private."""
    private: bool
    """Whether only the uploader may read an upload, unless it is shared. False if callers are not
    identified; then everybody may."""


class UploadedDocument(ResponseModel):
    """A document that was written to the bucket, and is indexed once its storage event arrives."""

    id: str
    key: str
    uri: str
    etag: str
    groups: list[str]
    """The groups that may read it; if empty, everybody may."""
