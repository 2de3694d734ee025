"""retrieve: a question in, the relevant passages out."""

from __future__ import annotations

import functions_framework.aio
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote import serving
from footnote.contracts import IndexRevision, RetrieveRequest
from footnote.serving import Function
from footnote.serving.query import parse_query
from footnote.settings import get_settings
from footnote.store import open_store
from functions.retrieve.documents import ListParameters, list_documents, show_document
from functions.retrieve.reranking import Reranker
from functions.retrieve.search import Search, embed_client

settings = get_settings()
store = open_store(settings)
search = Search(store, embed_client(settings.embed_url), Reranker.from_settings(settings))


async def find(request: Request) -> Response:
    return _json(await search(await serving.parse_body(request, RetrieveRequest)))


async def revision(_: Request) -> Response:
    return _json(IndexRevision(revision=await search.revisions.current()))


async def documents(request: Request) -> Response:
    return _json(await list_documents(store, parse_query(request.query_params, ListParameters)))


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
