"""Runs a generator for one question, and chat models whose endpoint has a fixed response."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.responses import Response

from footnote.settings import Settings
from functions.answer.generators import Generator, Piece
from functions.answer.generators.chat import ChatModel
from tests.endpoint import serving
from tests.unit.functions.answer.samples import two

QUESTION = "Which port does Elasticsearch listen on?"
ROUTE = "/chat/completions"


async def generate(generator: Generator, *, stream: bool) -> list[Piece]:
    return [piece async for piece in generator.generate(QUESTION, two(), stream=stream)]


@asynccontextmanager
async def chat_model_answering(*bodies: Any) -> AsyncIterator[ChatModel]:
    """A chat model whose endpoint answers every request with the first of the bodies, or streams all."""

    def answer(asked: Mapping[str, Any]) -> Response:
        texts = [json.dumps(body) for body in bodies]
        stream = "".join(f"data: {text}\n\n" for text in [*texts, "[DONE]"])
        return Response(stream if asked.get("stream") else texts[0])

    async with serving(ROUTE, answer) as endpoint:
        yield ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))
