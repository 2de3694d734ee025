"""The least a function can be: what the others' cold starts are compared with."""

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response


@functions_framework.aio.http
async def bare(request: Request) -> Response:
    return Response(await request.body())
