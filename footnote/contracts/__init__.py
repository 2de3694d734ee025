"""The HTTP bodies that more than one function uses."""

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
    DRIFT_KINDS,
    UPLOADS_PREFIX,
    DocumentDetail,
    DocumentList,
    DocumentPassage,
    DocumentSummary,
    DriftReport,
    State,
    UploadedDocument,
    UploadPolicy,
)
from footnote.contracts.embedding import (
    Embedding,
    EmbeddingsRequest,
    EmbeddingsResponse,
    EmbeddingsUsage,
)
from footnote.contracts.retrieval import (
    MAX_URIS,
    Filter,
    IndexRevision,
    Mode,
    Passage,
    RetrieveRequest,
    RetrieveResponse,
)

__all__ = [
    "DRIFT_KINDS",
    "MAX_URIS",
    "UPLOADS_PREFIX",
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
    "Mode",
    "Passage",
    "RequestModel",
    "ResponseModel",
    "RetrieveRequest",
    "RetrieveResponse",
    "State",
    "Statement",
    "UploadPolicy",
    "UploadedDocument",
    "Usage",
]
