"""The search for a question, repeated without its typing errors if it has any."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.contracts import RetrieveRequest, RetrieveResponse
from functions.answer.question.spelling import Corrections, correct, find_corrections
from functions.answer.retrieval.answerability import answerability
from functions.answer.retrieval.retriever import Retriever
from functions.answer.timings import Timings


@dataclass(frozen=True, slots=True)
class Finding:
    response: RetrieveResponse
    evidence: float
    """The probability that the passages hold the answer."""
    corrections: Corrections
    """Those of the query that was searched for."""
    notices: list[str]


async def search(retriever: Retriever, request: RetrieveRequest, timings: Timings) -> Finding:
    """Raises Unavailable when retrieve does not answer."""
    found = await _search(retriever, request, timings, {})
    if not (corrections := find_corrections(request.query, found.response)):
        return found
    corrected = await _search(retriever, request, timings, corrections)
    return corrected if corrected.evidence > found.evidence else found


async def _search(
    retriever: Retriever, request: RetrieveRequest, timings: Timings, corrections: Corrections
) -> Finding:
    query = correct(request.query, corrections)
    found = await retriever.retrieve(request.model_copy(update={"query": query}), timings)
    read = [f'No document has "{word}": it was read as "{one}".' for word, one in corrections.items()]
    evidence = answerability(found.response, query)
    return Finding(found.response, evidence, corrections, found.notices + read)
