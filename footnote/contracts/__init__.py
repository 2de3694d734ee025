"""The bodies that go over HTTP, as more than one function sees them."""

from footnote.contracts.answers import (
    AnswerRequest,
    AnswerResponse,
    Citation,
    Finish,
    Message,
    Statement,
    Usage,
)
from footnote.contracts.base import (
    RequestModel,
    ResponseModel,
)
from footnote.contracts.documents import (
    DRIFTS,
    UPLOADS,
    DocumentDetail,
    DocumentList,
    DocumentPassage,
    DocumentSummary,
    DriftReport,
    Uploaded,
    Uploads,
)
from footnote.contracts.embedding import (
    Embedding,
    EmbeddingsRequest,
    EmbeddingsResponse,
    EmbeddingsUsage,
)
from footnote.contracts.retrieval import (
    URIS,
    Filter,
    IndexRevision,
    Passage,
    RetrieveRequest,
    RetrieveResponse,
)

__all__ = [
    "DRIFTS",
    "UPLOADS",
    "URIS",
    "AnswerRequest",
    "AnswerResponse",
    "Citation",
    "DocumentDetail",
    "DocumentList",
    "DocumentPassage",
    "DocumentSummary",
    "DriftReport",
    "Embedding",
    "EmbeddingsRequest",
    "EmbeddingsResponse",
    "EmbeddingsUsage",
    "Filter",
    "Finish",
    "IndexRevision",
    "Message",
    "Passage",
    "RequestModel",
    "ResponseModel",
    "RetrieveRequest",
    "RetrieveResponse",
    "Statement",
    "Uploaded",
    "Uploads",
    "Usage",
]
