"""embed: texts to vectors, over OpenAI's embeddings API."""

import os

from functions.embed.factory import default_embedder

# The default model is read in threads while the rest is imported.
default = default_embedder(os.environ)

# isort: split
import functions_framework.aio

from footnote.settings import Settings
from functions.embed.registry import EmbedderRegistry

# So is any other model, as soon as there are settings.
embedders = EmbedderRegistry(Settings.from_environ(os.environ), default)

# isort: split
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.serving import Function
from functions.embed.endpoint import EmbeddingsEndpoint

embeddings = EmbeddingsEndpoint(embedders)
MODEL = embedders.default.fingerprint
"""Waits until the model is read. If it cannot be read, the process ends here with the reason."""


async def ready() -> None:
    """Always ready: the model is read before the server starts."""


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
