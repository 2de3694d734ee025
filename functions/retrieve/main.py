"""retrieve: a question in, the passages that speak of it out."""

from __future__ import annotations

import functions_framework.aio
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote import serving
from footnote.contracts import IndexRevision, RetrieveRequest
from footnote.serving import Function
from footnote.store import open_store
from functions.retrieve.adapters import open_reranker
from functions.retrieve.documents import Listing, list_documents, show_document
from functions.retrieve.search import Search, embed_at

settings = serving.settings()
store = open_store(settings)
search = Search(store, embed_at(settings.embed_url), open_reranker(settings))


async def find(request: Request) -> Response:
    return _json(await search(await serving.parse(request, RetrieveRequest)))


async def revision(_: Request) -> Response:
    return _json(IndexRevision(revision=await search.revisions.now()))


async def documents(request: Request) -> Response:
    return _json(await list_documents(store, Listing.from_params(request.query_params)))


async def document(request: Request) -> Response:
    groups = frozenset(request.query_params.getlist("groups"))
    return _json(await show_document(store, request.path_params["id"], groups))


def _json(body: BaseModel) -> Response:
    return Response(body.model_dump_json(), media_type="application/json")


function = Function(
    "retrieve",
    [
        Route("/", find, methods=["POST"]),
        Route("/revision", revision, methods=["GET"]),
        Route("/documents", documents, methods=["GET"]),
        Route("/documents/{id}", document, methods=["GET"]),
    ],
    store.ping,
)


@functions_framework.aio.http
async def retrieve(request: Request) -> Response:
    return await function(request)
