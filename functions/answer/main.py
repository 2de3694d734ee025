"""answer: a question in, an answer out whose every statement has a checked footnote."""

from __future__ import annotations

import asyncio
from importlib import import_module

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.events.sink import Sink
from footnote.serving import Function
from footnote.settings import get_settings
from functions.answer import page
from functions.answer.endpoints.answers import Answers
from functions.answer.endpoints.completions import Completions, in_openai_shape
from functions.answer.endpoints.documents import Documents
from functions.answer.endpoints.models import Models
from functions.answer.endpoints.question_events import QuestionEvents
from functions.answer.endpoints.ratings import Ratings
from functions.answer.endpoints.uploads import Uploads
from functions.answer.generators import open_generator
from functions.answer.limits.admission import AdmissionControl
from functions.answer.pipeline import Pipeline
from functions.answer.retrieval.retriever import Retriever
from functions.answer.service import AnswerService

settings = get_settings()
gate = AdmissionControl.of(settings)
generator = open_generator(settings)
retrieval = Retriever(
    settings.embed_url, settings.retrieve_url, settings.stage_timeout, settings.remember
)
desk = AnswerService(gate, Pipeline(settings, retrieval, generator))

answers = gate.guard(Answers(desk))
completions = in_openai_shape(gate.guard(Completions(desk)))
models = in_openai_shape(gate.guard(Models()))
documents = gate.guard(Documents(settings.retrieve_url))
questions = gate.guard(QuestionEvents(desk))
ratings = gate.guard(Ratings(gate, Sink.from_environ()))
uploads = Uploads(settings, gate)


async def ready() -> None:
    """When requests can be counted: a question wakes whoever else is needed. What a chat model needs
    is imported meanwhile."""
    if settings.chat_base_url:
        asyncio.get_running_loop().run_in_executor(None, import_module, "aiohttp")
    await gate.open()


function = Function(
    "answer",
    [
        Route("/chat", answers, methods=["POST"]),
        Route("/query", answers, methods=["POST"]),
        Route("/v1/chat/completions", completions, methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
        Route("/v1/models/{id:path}", models, methods=["GET"]),
        Route("/documents", documents, methods=["GET"]),
        Route("/documents/{id}", documents, methods=["GET"]),
        Route("/answers/{id}/rating", ratings, methods=["PUT"]),
        Route("/uploads", gate.guard(uploads.terms), methods=["GET"]),
        Route("/uploads/{name:path}", gate.guard(uploads.put), methods=["PUT"]),
        Route("/", questions, methods=["POST"]),
        *page.routes,
    ],
    ready,
    identifies=gate.authenticator.required,
)


@functions_framework.aio.http
async def answer(request: Request) -> Response:
    return await function(request)
