"""embed: texts to vectors, over OpenAI's embeddings API."""

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.serving import Function, settings
from functions.embed.endpoint import Endpoint
from functions.embed.models import Models

embeddings = Endpoint(Models(settings()))


async def ready() -> None:
    """Nothing to wait for: importing this module loaded the model."""


function = Function(
    "embed",
    [
        Route("/v1/embeddings", embeddings, methods=["POST"]),
        Route("/", embeddings, methods=["POST"]),
    ],
    ready,
)


@functions_framework.aio.http
async def embed(request: Request) -> Response:
    return await function(request)
