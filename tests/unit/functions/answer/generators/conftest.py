from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from footnote.calls import http
from footnote.settings import Settings
from functions.answer.generators.chat import ChatModel
from tests.chat_model import ChatModel as Endpoint
from tests.unit.functions.answer.samples import REPLY


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(lambda _: REPLY) as endpoint:
        yield endpoint


@pytest.fixture
async def chat(endpoint: Endpoint) -> AsyncIterator[ChatModel]:
    yield ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))
    await http.close()
