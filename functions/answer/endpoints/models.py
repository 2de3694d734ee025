"""GET /v1/models and GET /v1/models/{id}: the models in OpenAI's API."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from footnote.errors import NotFound

MODEL = "footnote"


class Models:
    """There is one, with a name of its own, so that no client takes it for the chat model behind it."""

    def __init__(self) -> None:
        created = int(time.time())
        self.model = {"id": MODEL, "object": "model", "created": created, "owned_by": "footnote"}

    async def __call__(self, request: Request) -> Response:
        name = request.path_params.get("id")
        if name is None:
            return JSONResponse({"object": "list", "data": [self.model]})
        if name != MODEL:
            raise NotFound(f"There is no model {name}; the only one is {MODEL}.")
        return JSONResponse(self.model)
