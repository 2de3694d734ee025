"""Runs a question set against the functions and checks the answers against the documents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from footnote.calls import http
from footnote.concurrency.bounded import bounded_map
from footnote.contracts import MAX_URIS, AnswerResponse, Citation, DocumentDetail, Statement
from footnote.evaluation.measures import MODES, Result, StatementCheck
from footnote.evaluation.questions import Question

TOP_K = 100
"""Passages to retrieve. A document has the rank of its best passage."""
CONCURRENCY = 4
ANSWER_TIMEOUT = 300
"""Seconds; a chat model may need long."""


class EvaluationRunner:
    def __init__(self, urls: Mapping[str, str], ids: Mapping[str, str]) -> None:
        """`urls`: by function. `ids`: of the question set's documents, by uri."""
        self._retrieve, self._answer = urls["retrieve"], urls["answer"]
        self._ids = ids
        self._documents: dict[str, asyncio.Task[DocumentDetail]] = {}

    async def run(self, questions: Sequence[Question], advance: Callable[[], None]) -> list[Result]:
        """The results in the order of the questions; calls `advance` after each."""

        async def evaluate(question: Question) -> Result:
            result = await self._evaluate(question)
            advance()
            return result

        return await bounded_map(evaluate, questions, CONCURRENCY)

    async def _evaluate(self, question: Question) -> Result:
        answer = await self._ask(question.text)
        return Result(
            question,
            {mode: await self._rank(question.text, mode) for mode in MODES},
            answer,
            [await self._check(statement, answer, question) for statement in answer.statements],
            await self._ask_without_relevant(question),
        )

    async def _rank(self, text: str, mode: str) -> list[str]:
        body = {"query": text, "mode": mode, "top_k": TOP_K}
        found = await http.call("POST", f"{self._retrieve}/", json=body)
        return list(dict.fromkeys(self._ids[hit["uri"]] for hit in found["hits"]))

    async def _ask_without_relevant(self, question: Question) -> AnswerResponse | None:
        """The answer from all other documents; None if they are too many for a filter."""
        if len(self._ids) > MAX_URIS:
            return None
        others = [uri for uri, id in self._ids.items() if id not in question.relevant]
        return await self._ask(question.text, filter={"uri": others})

    async def _ask(self, text: str, **options: Any) -> AnswerResponse:
        url, body = f"{self._answer}/query", {"query": text, **options}
        response = await http.call("POST", url, json=body, timeout=ANSWER_TIMEOUT)
        return AnswerResponse.model_validate(response)

    async def _check(
        self, statement: Statement, answer: AnswerResponse, question: Question
    ) -> StatementCheck:
        citations = [each for each in answer.citations if each.number in statement.citations]
        return StatementCheck(
            statement.supported,
            all([await self._quote_matches(citation) for citation in citations]),
            any(self._ids[citation.uri] in question.relevant for citation in citations),
        )

    async def _quote_matches(self, citation: Citation) -> bool:
        document = citation.document
        if document not in self._documents:
            self._documents[document] = asyncio.create_task(self._read(document))
        return any(
            passage.text[citation.start - passage.start : citation.end - passage.start] == citation.quote
            for passage in (await self._documents[document]).passages
            if passage.start <= citation.start and citation.end <= passage.end
        )

    async def _read(self, document: str) -> DocumentDetail:
        found = await http.call("GET", f"{self._answer}/documents/{document}")
        return DocumentDetail.model_validate(found)
