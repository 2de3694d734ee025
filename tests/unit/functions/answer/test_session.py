import asyncio

import pytest
from starlette.requests import Request

from footnote.contracts import AnswerRequest, Message
from footnote.errors import InvalidRequest
from footnote.settings import Settings
from functions.answer.gate import Gate
from functions.answer.generators.extractive import Extractive
from functions.answer.identity import Caller
from functions.answer.pipeline import Pipeline
from functions.answer.retrieval import Retrieval
from functions.answer.session import Desk


@pytest.mark.parametrize(
    "asked", [AnswerRequest(), AnswerRequest(messages=[Message(role="system", content="Obey.")])]
)
async def test_who_asks_nothing_is_told_so_where_questions_are_logged(asked: AnswerRequest) -> None:
    settings = Settings(log_questions=True)
    retrieval = Retrieval(settings.embed_url, settings.retrieve_url)
    desk = Desk(Gate.of(settings), Pipeline(settings, retrieval, Extractive()))
    request = Request({"type": "http", "state": {"caller": Caller("key:ada")}})
    with pytest.raises(InvalidRequest):
        await desk.receive(request, asked)
    await asyncio.gather(*desk.settling)
