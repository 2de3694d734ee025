"""A stand-in for answer: it serves the page, with scripted responses."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from footnote.contracts import (
    AnswerResponse,
    Citation,
    DocumentDetail,
    DocumentList,
    DocumentPassage,
    DocumentSummary,
    ResponseModel,
    Statement,
    UploadedDocument,
    UploadPolicy,
    Usage,
)
from footnote.errors import AlreadyThere, FootnoteError, NotFound, Unauthenticated
from footnote.serving import Endpoint, error_response
from footnote.serving.query import parse_query
from functions.answer import page
from functions.retrieve.documents import ListParameters

Event = tuple[str, ResponseModel | dict[str, object]]
HANG = "hang"
"""Instead of an event: say nothing more until the reader leaves. A threading.Event: until it is set."""


ID = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa"
"""Of every answer here."""


class StandIn:
    def __init__(self) -> None:
        self.refusal: FootnoteError | None = None
        self.key = ""
        """That callers must show; none if empty."""
        self.script: list[Event | str | threading.Event] = []
        self.documents: list[DocumentSummary] = []
        self.details: dict[str, DocumentDetail] = {}
        self.asked: list[list[dict[str, str]]] = []
        self.left = threading.Event()
        self.terms = UploadPolicy(allowed=False, limit=1_000_000, private=False)
        self.uploaded: list[tuple[str, dict[str, list[str]], bytes]] = []
        """Name, parameters and content of each."""
        self.ratings: list[tuple[str, str]] = []
        self.url = ""

    def answer(self, response: AnswerResponse) -> None:
        """Stream `response`, its text in small pieces."""
        pieces = [response.answer[at : at + 5] for at in range(0, len(response.answer), 5)]
        deltas: list[Event] = [("delta", {"text": piece}) for piece in pieces]
        citations: list[Event] = [("citation", citation) for citation in response.citations]
        self.script = [*deltas, *citations, ("done", response)]

    def hold(self, detail: DocumentDetail) -> None:
        self.details[detail.id] = detail
        self.documents.append(
            DocumentSummary(**{name: getattr(detail, name) for name in DocumentSummary.model_fields})
        )

    async def chat(self, request: Request) -> Response:
        self.asked.append((await request.json())["messages"])
        if self.refusal:
            return error_response(self.refusal)
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        try:
            for step in self.script:
                if not isinstance(step, tuple):
                    while isinstance(step, str) or not step.is_set():
                        yield ":\n\n"
                        await asyncio.sleep(0.02)
                    continue
                event, data = step
                body = data.model_dump_json() if isinstance(data, ResponseModel) else json.dumps(data)
                yield f"event: {event}\ndata: {body}\n\n"
                await asyncio.sleep(0)
        finally:
            self.left.set()

    def guard(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
                return error_response(Unauthenticated("This API key is not valid."))
            return await endpoint(request)

        return guarded

    async def list(self, request: Request) -> Response:
        """By id and in pages, as retrieve lists them."""
        asked = parse_query(request.query_params, ListParameters)
        known = sorted(self.documents, key=lambda one: one.id)
        listed = [one for one in known if asked.state in (None, one.state) and one.id > asked.after]
        found = [one for one in listed if one.key.startswith(asked.prefix)]
        shown = found[: asked.limit]
        return _json(DocumentList(documents=shown, next=shown[-1].id if found[asked.limit :] else None))

    async def show(self, request: Request) -> Response:
        name = request.path_params["id"]
        if name not in self.details:
            return error_response(NotFound(f"There is no document {name}."))
        return _json(self.details[name])

    async def say_terms(self, _: Request) -> Response:
        return _json(self.terms)

    async def upload(self, request: Request) -> Response:
        """Takes a name once, unless it is to be replaced."""
        name, params = request.path_params["name"], request.query_params
        if params["replaces"] == "false" and name in [known for known, _, _ in self.uploaded]:
            return error_response(AlreadyThere(f"uploads/{name} already exists."))
        given = {each: params.getlist(each) for each in params}
        self.uploaded.append((name, given, await request.body()))
        key, etag = f"uploads/{name}", str(len(self.uploaded))
        said = UploadedDocument(id=name, key=key, uri=f"file:///bucket/{key}", etag=etag, groups=[])
        return Response(said.model_dump_json(), 201, media_type="application/json")

    async def rate(self, request: Request) -> Response:
        if self.refusal:
            return error_response(self.refusal)
        self.ratings.append((request.path_params["id"], (await request.json())["rating"]))
        return Response(status_code=204)

    def app(self) -> Starlette:
        routes = [
            Route("/chat", self.guard(self.chat), methods=["POST"]),
            Route("/documents", self.guard(self.list)),
            Route("/documents/{id}", self.guard(self.show)),
            Route("/uploads", self.guard(self.say_terms)),
            Route("/uploads/{name}", self.guard(self.upload), methods=["PUT"]),
            Route("/answers/{id}/rating", self.guard(self.rate), methods=["PUT"]),
        ]
        return Starlette(routes=[*page.routes, *routes])


@contextmanager
def serving() -> Iterator[StandIn]:
    """A stand-in that listens on a free port of this machine."""
    standin = StandIn()
    config = uvicorn.Config(standin.app(), port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    standin.url = f"http://127.0.0.1:{port}/"
    yield standin
    server.should_exit = True
    thread.join()


def document(text: str, *, name: str = "d1", title: str = "A guide", **fields: object) -> DocumentDetail:
    """A document of one passage."""
    passage = DocumentPassage(ordinal=0, page=None, headings=[], start=0, end=len(text), text=text)
    given: dict[str, object] = {
        "id": name,
        "uri": f"file:///bucket/{name}.md",
        "key": f"{name}.md",
        "title": title,
        "state": "indexed",
        "version": "00000001.0",
        "chunks": 1,
        "reason": None,
        "content_type": "text/markdown",
        "size": len(text),
        "groups": [],
        "etag": "1",
        "modified_at": None,
        "indexed_at": datetime.now(UTC),
        "outline": [],
        "passages": [passage],
    }
    return DocumentDetail.model_validate({**given, **fields})


def citation(detail: DocumentDetail, quote: str, number: int = 1, *, supported: bool = True) -> Citation:
    passage = next(found for found in detail.passages if quote in found.text)
    start = passage.start + passage.text.index(quote)
    return Citation(
        number=number,
        document=detail.id,
        uri=detail.uri,
        version=detail.version,
        title=detail.title,
        page=passage.page,
        start=start,
        end=start + len(quote),
        quote=quote,
        supported=supported,
    )


def statement(text: str, part: str, *numbers: int, supported: bool = True) -> Statement:
    start = text.index(part)
    return Statement(start=start, end=start + len(part), citations=list(numbers), supported=supported)


def response(text: str, citations: Sequence[Citation] = (), **fields: object) -> AnswerResponse:
    given: dict[str, object] = {
        "id": ID,
        "answer": text,
        "citations": list(citations),
        "grounded": True,
        "refused": False,
        "model": "extractive",
        "usage": Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0),
        "timings_ms": {"total": 12.0},
    }
    return AnswerResponse.model_validate({**given, **fields})


def _json(body: ResponseModel) -> Response:
    return Response(body.model_dump_json(), media_type="application/json")
