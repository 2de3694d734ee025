"""deadletters: keeps the events that a broker could not deliver."""

from datetime import timedelta

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.deadletters import DeadLetters
from footnote.serving import Function, settings
from functions.deadletters.keeper import Keeper

keeper = Keeper(
    DeadLetters(settings().state / "dead-letters"), timedelta(days=settings().dead_letter_days)
)


async def ready() -> None:
    """Nothing to wait for: all it needs is its folder."""


function = Function("deadletters", [Route("/", keeper, methods=["POST"])], ready)


@functions_framework.aio.http
async def deadletters(request: Request) -> Response:
    return await function(request)
