"""deadletters: keeps the events that a broker could not deliver."""

import asyncio

import functions_framework.aio
from prometheus_client import REGISTRY
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.events.deadletters import DeadLetters
from footnote.serving import Function, settings
from functions.deadletters.keeper import Keeper
from functions.deadletters.metrics import Kept

letters = DeadLetters.from_settings(settings())
REGISTRY.register(Kept(letters))


async def ready() -> None:
    """Nothing to wait for: all it needs is its folder. It is asked often: what is old goes meanwhile."""
    asyncio.get_running_loop().run_in_executor(None, letters.tidy)


function = Function("deadletters", [Route("/", Keeper(letters), methods=["POST"])], ready)


@functions_framework.aio.http
async def deadletters(request: Request) -> Response:
    return await function(request)
