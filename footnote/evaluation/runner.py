"""Every question of a set, put to the functions as anybody would, and held against what is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from footnote.calls import http
from footnote.contracts import MAX_URIS, AnswerResponse, Citation, DocumentDetail, Statement
from footnote.evaluation.measures import MODES, Result, StatementCheck
from footnote.evaluation.questions import Question

DEPTH = 100
"""Passages asked for; a document ranks where its best one does."""
AT_ONCE = 4
PATIENCE = 300
"""Seconds for an answer; a chat model may need long."""


class EvaluationRunner:
    """The functions at `urls`, which hold the documents `ids`: their ids by their uris."""

    def __init__(self, urls: Mapping[str, str], ids: Mapping[str, str]) -> None:
        self._retrieve, self._answer = urls["retrieve"], urls["answer"]
        self._ids = ids
        self._documents: dict[str, asyncio.Task[DocumentDetail]] = {}

    async def all(self, questions: Sequence[Question], advance: Callable[[], None]) -> list[Result]:
        """The results in the order of the questions; calls `advance` after each."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(question: Question) -> Result:
            async with turns:
                result = await self._ask(question)
            advance()
            return result

        return await asyncio.gather(*map(one, questions))

    async def _ask(self, question: Question) -> Result:
        answer = await self._answered(question.text)
        return Result(
            question,
            {mode: await self._ranking(question.text, mode) for mode in MODES},
            answer,
            [await self._cited(statement, answer, question) for statement in answer.statements],
            await self._without(question),
        )

    async def _ranking(self, text: str, mode: str) -> list[str]:
        body = {"query": text, "mode": mode, "top_k": DEPTH}
        found = await http.call("POST", f"{self._retrieve}/", json=body)
        return list(dict.fromkeys(self._ids[hit["uri"]] for hit in found["hits"]))

    async def _without(self, question: Question) -> AnswerResponse | None:
        """Asked of all other documents, which the question names: of a larger set it is not."""
        if len(self._ids) > MAX_URIS:
            return None
        others = [uri for uri, id in self._ids.items() if id not in question.relevant]
        return await self._answered(question.text, filter={"uri": others})

    async def _answered(self, text: str, **options: Any) -> AnswerResponse:
        url, body = f"{self._answer}/query", {"query": text, **options}
        return AnswerResponse.model_validate(await http.call("POST", url, json=body, timeout=PATIENCE))

    async def _cited(
        self, statement: Statement, answer: AnswerResponse, question: Question
    ) -> StatementCheck:
        citations = [one for one in answer.citations if one.number in statement.citations]
        return StatementCheck(
            statement.supported,
            all([await self._in_place(citation) for citation in citations]),
            any(self._ids[citation.uri] in question.relevant for citation in citations),
        )

    async def _in_place(self, citation: Citation) -> bool:
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
