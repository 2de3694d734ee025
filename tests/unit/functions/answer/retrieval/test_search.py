"""Questions with a typing error: what is searched for, answered and told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from footnote.calls import http
from footnote.contracts import AnswerRequest, AnswerResponse, Message
from footnote.settings import Settings
from functions.answer.generators import open_generator
from functions.answer.pipeline import Pipeline
from functions.answer.retrieval.retriever import Retriever
from tests.chat_model import ChatModel
from tests.peer import Peer, success
from tests.unit.functions.answer.samples import passage

HIT = passage("Dinner ends at 9. Breakfast is served at 7.").model_dump(mode="json")
ASKED = AnswerRequest(query="When is breakfst served?", mode="keyword")
NOTICE = 'No document has "breakfst": it was read as "breakfast".'


def finding(coverage: float, *unknown: str) -> bytes:
    return success({"hits": [HIT], "index": "i", "coverage": coverage, "unknown": unknown, "took_ms": 1})


@pytest.fixture
def retrieve() -> Peer:
    return Peer([finding(0.3, "breakfst"), finding(1)])


@pytest.fixture
async def retriever(retrieve: Peer) -> AsyncIterator[Retriever]:
    http.connection_pool().backoff = ()
    async with retrieve as url:
        retriever = Retriever("http://127.0.0.1:9", url)
        retriever.last_used = float("inf")  # it is not woken
        yield retriever
        await http.close()


async def ask(retriever: Retriever, settings: Settings, asked: AnswerRequest = ASKED) -> AnswerResponse:
    pipeline = Pipeline(settings, retriever, open_generator(settings))
    return await pipeline.answer(await pipeline.retrieve(await pipeline.resolve(asked)))


async def test_a_question_with_a_typing_error_is_answered_as_it_was_meant(
    retriever: Retriever, retrieve: Peer
) -> None:
    response = await ask(retriever, Settings())
    assert [json.loads(body)["query"] for body in retrieve.bodies] == [
        "When is breakfst served?",
        "When is breakfast served?",
    ]
    assert response.answer == "Breakfast is served at 7. [1]"
    assert response.notices == [NOTICE]


async def test_a_chat_model_gets_the_question_as_it_was_asked(retriever: Retriever) -> None:
    with ChatModel(lambda _: "Breakfast is served at 7 [1].") as model:
        settings = Settings(chat_base_url=model.url, chat_model="small")
        response = await ask(retriever, settings)
    assert "breakfst" in model.prompts[-1]
    assert (response.grounded, response.notices) == (True, [NOTICE])


async def test_a_correction_that_finds_no_more_is_not_made(retriever: Retriever, retrieve: Peer) -> None:
    retrieve.answers[:] = [finding(0.6, "breakfst"), finding(0)]
    response = await ask(retriever, Settings())
    assert (response.notices, retrieve.answers) == ([], [])


async def test_a_follow_up_question_is_corrected_too(retriever: Retriever, retrieve: Peer) -> None:
    before = [
        Message(role="user", content="When does dinner end?"),
        Message(role="assistant", content="At 9."),
    ]
    asked = AnswerRequest(
        messages=[*before, Message(role="user", content="And breakfst?")], mode="keyword"
    )
    response = await ask(retriever, Settings(), asked)
    assert json.loads(retrieve.bodies[-1])["query"] == "When does dinner end?\nAnd breakfast?"
    assert "Breakfast is served at 7." in response.answer
    assert response.notices == [NOTICE]
