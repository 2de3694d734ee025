import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from footnote.calls.model_client import ModelClient
from footnote.settings import Settings
from tests.endpoint import failing, serving

ROUTE = "/embeddings"


async def test_a_short_retry_after_is_respected() -> None:
    asked: list[float] = []

    def answer(body: Mapping[str, Any]) -> Response:
        asked.append(asyncio.get_running_loop().time())
        return JSONResponse({"said": "yes"}) if asked[1:] else failing(503, **{"retry-after": "1"})({})

    async with serving(ROUTE, answer) as server:
        endpoint = ModelClient("embedding", server.url, ROUTE, Settings(), timeout=30, backoff=[0.001])
        assert await endpoint({}, lambda body: body["said"]) == "yes"
        endpoint.close()
    first, second = asked
    assert second - first >= 1
