"""The public summary of a manifest."""

from __future__ import annotations

from footnote.contracts import DocumentSummary
from footnote.store import Generation, Manifest


def summary(manifest: Manifest, live: Generation | None) -> DocumentSummary:
    """The manifest as readers and operators see it; `live` is the generation that searches use."""
    fields = {name: getattr(manifest, name) for name in DocumentSummary.model_fields}
    return DocumentSummary(**{**fields, "chunks": manifest.searchable_chunks(live)})
