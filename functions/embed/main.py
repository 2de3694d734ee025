"""embed: texts to vectors, over OpenAI's embeddings API."""

import os

from functions.embed.adapters import default_embedder

# The default model is read while the rest is imported.
begun = default_embedder(os.environ)

# isort: split
import functions_framework.aio

from footnote.settings import Settings
from functions.embed.models import Models

# And so is any other.
models = Models(Settings.from_environ(os.environ), begun)

# isort: split
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.serving import Function
from functions.embed.embeddings import Embeddings

embeddings = Embeddings(models)
MODEL = models.own.fingerprint
"""There once the model is read; where it cannot be, starting ends here and says why."""


async def ready() -> None:
    """Nothing to wait for: the model was read before there was a server."""


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
