"""Citations as OpenAI's clients know them: annotations of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footnote.contracts import Citation, Statement

Annotation = dict[str, Any]


def url_citations(citations: Sequence[Citation], statements: Sequence[Statement]) -> list[Annotation]:
    """One for each number, in their order, at the first statement that bears it."""
    places = {number: statement for statement in reversed(statements) for number in statement.citations}
    return [_annotation(citation, places[citation.number]) for citation in citations]


def _annotation(citation: Citation, place: Statement) -> Annotation:
    url = {"url": citation.uri, "title": citation.title}
    return {
        "type": "url_citation",
        "url_citation": {**url, "start_index": place.start, "end_index": place.end},
    }
