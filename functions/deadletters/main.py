"""deadletters: keeps the events that a broker could not deliver."""

import asyncio

import functions_framework.aio
from prometheus_client import REGISTRY
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.events.deadletters import DeadLetters
from footnote.serving import Function
from footnote.settings import get_settings
from functions.deadletters.metrics import DeadLetterCollector
from functions.deadletters.sink import DeadLetterSink

letters = DeadLetters.from_settings(get_settings())
REGISTRY.register(DeadLetterCollector(letters))


async def ready() -> None:
    """Always ready. Readiness is probed often, so each probe also starts the removal of old letters."""
    asyncio.get_running_loop().run_in_executor(None, letters.prune_if_due)


function = Function("deadletters", [Route("/", DeadLetterSink(letters), methods=["POST"])], ready)


@functions_framework.aio.http
async def deadletters(request: Request) -> Response:
    return await function(request)
