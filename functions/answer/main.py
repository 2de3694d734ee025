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
from functions.answer.auth.authenticator import Authenticator
from functions.answer.endpoints.answers import Answers
from functions.answer.endpoints.completions import Completions, with_openai_errors
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
authenticator = Authenticator(settings)
admission_control = AdmissionControl.from_settings(settings)
generator = open_generator(settings)
retriever = Retriever(
    settings.embed_url, settings.retrieve_url, settings.stage_timeout, settings.remember
)
service = AnswerService(admission_control, Pipeline(settings, retriever, generator))

answers = authenticator.require(Answers(service))
completions = with_openai_errors(authenticator.require(Completions(service)))
models = with_openai_errors(authenticator.require(Models()))
documents = authenticator.require(Documents(settings.retrieve_url))
question_events = authenticator.require(QuestionEvents(service))
ratings = authenticator.require(Ratings(admission_control, Sink.from_environ()))
uploads = Uploads(settings, admission_control)


async def ready() -> None:
    """Ready once requests can be counted; a question wakes the other functions. Meanwhile the package
    that a chat model needs is imported."""
    if settings.chat_base_url:
        asyncio.get_running_loop().run_in_executor(None, import_module, "aiohttp")
    await admission_control.connect()


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
        Route("/uploads", authenticator.require(uploads.terms), methods=["GET"]),
        Route("/uploads/{name:path}", authenticator.require(uploads.put), methods=["PUT"]),
        Route("/", question_events, methods=["POST"]),
        *page.routes,
    ],
    ready,
    authenticates=authenticator.required,
)


@functions_framework.aio.http
async def answer(request: Request) -> Response:
    return await function(request)
