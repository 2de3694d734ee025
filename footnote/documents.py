"""A manifest as readers and operators see it."""

from __future__ import annotations

from footnote.contracts import DocumentSummary
from footnote.store import Generation, Manifest


def summary(manifest: Manifest, live: Generation | None) -> DocumentSummary:
    """`live` is the generation that searches use."""
    said = {name: getattr(manifest, name) for name in DocumentSummary.model_fields}
    return DocumentSummary(**{**said, "chunks": manifest.shown(live)})
