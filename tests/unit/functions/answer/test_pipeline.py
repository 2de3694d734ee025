"""The pipeline with a chat model that works, fails or may not be used."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest
from prometheus_client import REGISTRY

from footnote.calls import http
from footnote.contracts import AnswerRequest, AnswerResponse, Filter, Message
from footnote.errors import Unavailable
from footnote.settings import Settings
from functions.answer.auth.authenticator import Caller
from functions.answer.generation import BUDGET_SPENT, MODEL_FAILED, AnswerContext
from functions.answer.generators import open_generator
from functions.answer.limits import open_limiter
from functions.answer.limits.admission import AdmissionControl
from functions.answer.pipeline import Pipeline
from functions.answer.retrieval.retriever import Retriever
from tests.chat_model import ChatModel
from tests.peer import Peer, success
from tests.unit.functions.answer.samples import REPLY, two

# A search by keywords, as there is no embed here.
ASKED = AnswerRequest(query="Which port does Elasticsearch listen on?", mode="keyword")
FOLLOWING = AnswerRequest(
    messages=[
        Message(role="user", content="Which port does Elasticsearch listen on?"),
        Message(role="assistant", content="9200."),
        Message(role="user", content="And which Java does it need?"),
    ],
    mode="keyword",
)
TWO_QUESTIONS = "Which port does Elasticsearch listen on?\nAnd which Java does it need?"
HITS = [passage.model_dump(mode="json") for passage in two()]


def finding(coverage: float) -> bytes:
    return success({"hits": HITS, "index": "i", "coverage": coverage, "took_ms": 1})


FOUND, FOUND_LITTLE = finding(0.5), finding(0.01)


@pytest.fixture
def retrieve() -> Peer:
    """It finds the same for every question."""
    return Peer([FOUND] * 9)


@pytest.fixture
async def retriever(retrieve: Peer) -> AsyncIterator[Retriever]:
    http.connection_pool().backoff = ()
    async with retrieve as url:
        yield Retriever("http://127.0.0.1:9", url)
        await http.close()


@pytest.fixture
def model() -> Iterator[ChatModel]:
    with ChatModel(lambda _: REPLY) as model:
        yield model


@pytest.fixture
def settings(model: ChatModel) -> Settings:
    return Settings(
        chat_base_url=model.url, chat_model="small", total_daily_tokens=1, budget_spent="extractive"
    )


@pytest.fixture
def chatting(settings: Settings, retriever: Retriever) -> Pipeline:
    return Pipeline(settings, retriever, open_generator(settings))


@pytest.fixture
def extracting(retriever: Retriever) -> Pipeline:
    return Pipeline(Settings(), retriever, open_generator(Settings()))


@pytest.fixture
async def awake(extracting: Pipeline) -> Pipeline:
    """A pipeline after a question, so that it does not wake retrieve."""
    await prepare(extracting, ASKED)
    return extracting


def turning(question: str) -> AnswerRequest:
    """The request with another last question."""
    *before, _ = FOLLOWING.messages or []
    return FOLLOWING.model_copy(update={"messages": [*before, Message(role="user", content=question)]})


def searched(retrieve: Peer) -> list[str]:
    return [json.loads(body)["query"] for body in retrieve.bodies if body]


def broken(model: str) -> float:
    labels = {"model": model, "outcome": "broken"}
    return REGISTRY.get_sample_value("footnote_answers_total", labels) or 0


async def prepare(
    pipeline: Pipeline, asked: AnswerRequest, *, may_use_model: bool = True
) -> AnswerContext:
    return await pipeline.retrieve(await pipeline.resolve(asked, may_use_model=may_use_model))


async def answered(pipeline: Pipeline, context: AnswerContext, *, stream: bool) -> AnswerResponse:
    *_, response = [event async for event in pipeline.events(context, stream=stream)]
    assert isinstance(response, AnswerResponse)
    return response


async def test_the_search_has_the_parameters_of_the_request_and_the_groups_of_the_caller(
    extracting: Pipeline, retrieve: Peer
) -> None:
    asked = ASKED.model_copy(update={"top_k": 3, "filter": Filter(prefix="manual/")})
    context = await extracting.retrieve(await extracting.resolve(asked, ("staff",)))
    assert context.notices == []  # nor is it searched by keywords for want of a vector
    [search] = [json.loads(body) for body in retrieve.bodies if body]
    wanted = {"query": asked.query, "top_k": 3, "mode": "keyword", "groups": ["staff"]}
    assert search.pop("filter")["prefix"] == "manual/"
    assert {name: search[name] for name in wanted} == wanted


async def test_beyond_the_budget_the_answer_is_extractive_with_a_notice(
    chatting: Pipeline, settings: Settings, model: ChatModel
) -> None:
    control = AdmissionControl(settings, open_limiter(settings))
    admission = await control.admit(Caller("key:ada"), ASKED)
    context = await prepare(chatting, ASKED, may_use_model=admission.may_use_model)
    response = await chatting.answer(context)
    assert "9200" in response.answer
    assert (response.model, response.notices) == ("extractive", [BUDGET_SPENT])
    assert response.usage.total_tokens == len(model.prompts) == 0


async def test_a_model_makes_the_question_of_a_conversation_stand_alone(
    chatting: Pipeline, retrieve: Peer, model: ChatModel
) -> None:
    replies = iter(["Which Java does Elasticsearch need?", REPLY])
    model.reply = lambda _: next(replies)
    context = await prepare(chatting, FOLLOWING)
    assert context.question == "Which Java does Elasticsearch need?"
    assert searched(retrieve) == [context.question]
    assert (await chatting.answer(context)).usage.total_tokens == 840


async def test_a_question_that_a_model_leaves_blank_stays_as_it_was(
    chatting: Pipeline, retrieve: Peer, model: ChatModel
) -> None:
    model.reply = lambda _: '" "'
    context = await prepare(chatting, FOLLOWING)
    assert context.question == "And which Java does it need?"
    assert searched(retrieve) == [TWO_QUESTIONS]


async def test_evidence_is_rounded(extracting: Pipeline) -> None:
    context = await prepare(extracting, ASKED)
    assert (await extracting.answer(context)).evidence == round(context.evidence, 3)
    assert context.evidence != round(context.evidence, 3)


async def test_without_a_model_a_conversation_is_searched_for_with_the_question_before(
    extracting: Pipeline, retrieve: Peer
) -> None:
    context = await prepare(extracting, FOLLOWING)
    assert context.question == "And which Java does it need?"
    assert searched(retrieve) == [TWO_QUESTIONS]
    response = await extracting.answer(context)
    assert "Java 17" in response.answer
    assert response.notices == []


async def test_if_rewriting_fails_a_conversation_is_searched_for_with_the_question_before(
    chatting: Pipeline, retrieve: Peer, model: ChatModel
) -> None:
    model.status = 400
    context = await prepare(chatting, FOLLOWING)
    assert context.question == "And which Java does it need?"
    assert searched(retrieve) == [TWO_QUESTIONS]
    model.status = 200
    response = await chatting.answer(context)
    assert (response.model, response.notices) == ("small", [])
    assert response.usage.total_tokens == 420


async def test_passages_of_the_question_before_do_not_answer_a_question_about_something_else(
    awake: Pipeline, retrieve: Peer
) -> None:
    retrieve.answers[:] = [FOUND, FOUND_LITTLE]
    context = await prepare(awake, turning("What is the capital of Peru?"))
    assert searched(retrieve)[2:] == ["What is the capital of Peru?"]
    response = await awake.answer(context)
    assert (response.refused, response.grounded, response.citations) == (True, False, [])


async def test_a_question_that_is_refused_with_the_one_before_it_is_asked_alone(
    awake: Pipeline, retrieve: Peer
) -> None:
    retrieve.answers[:] = [FOUND_LITTLE, FOUND]
    context = await prepare(awake, turning("Who led the team in sacks?"))
    assert searched(retrieve)[2:] == ["Who led the team in sacks?"]
    response = await awake.answer(context)
    assert (response.refused, response.grounded) == (False, True)


@pytest.mark.parametrize("question", ["Who founded it?", "Tell me more."])
async def test_a_dependent_question_is_not_asked_alone(
    awake: Pipeline, retrieve: Peer, question: str
) -> None:
    retrieve.answers[:] = [FOUND_LITTLE, FOUND]
    context = await prepare(awake, turning(question))
    assert retrieve.answers == [FOUND]
    assert context.refusal


async def test_a_question_that_asks_for_more_is_answered_from_the_passages_of_the_one_before(
    awake: Pipeline, retrieve: Peer
) -> None:
    retrieve.answers[:] = [FOUND, FOUND_LITTLE]
    response = await awake.answer(await prepare(awake, turning("Tell me more.")))
    assert retrieve.answers == [FOUND_LITTLE]
    assert (response.refused, response.grounded) == (False, True)


async def test_a_question_without_a_topic_is_refused_at_the_beginning(awake: Pipeline) -> None:
    for question in ("Tell me more.", "What can you tell me?", "Why?"):
        context = await prepare(awake, ASKED.model_copy(update={"query": question}))
        assert context.refusal


async def test_words_that_only_ask_are_not_searched_for(
    chatting: Pipeline, retrieve: Peer, model: ChatModel
) -> None:
    question = "Can you please tell me which port Elasticsearch listens on?"
    asked = ASKED.model_copy(update={"query": question})
    await answered(chatting, await prepare(chatting, asked), stream=False)
    assert searched(retrieve)[-1] == "which port Elasticsearch listens on?"
    assert question in str(model.prompts[-1])


async def test_a_pronoun_that_stands_for_nothing_ties_no_question_to_the_one_before(
    awake: Pipeline, retrieve: Peer
) -> None:
    retrieve.answers[:] = [FOUND, FOUND_LITTLE]
    context = await prepare(awake, turning("Is it allowed to work from home?"))
    assert searched(retrieve)[2:] == ["Is it allowed to work from home?"]
    assert context.refusal


@pytest.mark.parametrize("stream", [True, False])
async def test_a_model_that_fails_before_its_first_word_is_replaced_by_extracts(
    chatting: Pipeline, model: ChatModel, stream: bool
) -> None:
    model.status = 400
    response = await answered(chatting, await prepare(chatting, ASKED), stream=stream)
    assert "9200" in response.answer
    assert response.citations
    assert (response.model, response.notices) == ("extractive", [MODEL_FAILED])


async def test_a_model_that_fails_after_its_first_word_breaks_the_answer_off_and_is_counted(
    chatting: Pipeline, model: ChatModel
) -> None:
    before = broken("small")
    model.breaks_after = REPLY.index("It needs")
    context = await prepare(chatting, ASKED)
    async with aclosing(chatting.events(context)) as events:
        assert "Elasticsearch" in str(await anext(events))
        with pytest.raises(Unavailable):
            _ = [event async for event in events]
    assert context.notices == []
    assert broken("small") == before + 1
