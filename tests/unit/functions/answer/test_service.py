import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import REGISTRY
from starlette.requests import Request

from footnote.calls import http
from footnote.contracts import AnswerRequest, Message, Passage, RetrieveResponse
from footnote.errors import InvalidRequest, RateLimited, Unavailable
from footnote.settings import Settings
from functions.answer.auth.authenticator import Caller
from functions.answer.generators import open_generator
from functions.answer.generators.extractive import Extractive
from functions.answer.generators.usage import estimate
from functions.answer.limits import Quotas
from functions.answer.limits.admission import AdmissionControl
from functions.answer.limits.memory import MemoryLimiter
from functions.answer.pipeline import Pipeline
from functions.answer.retrieval.retriever import Retriever
from functions.answer.service import AnswerService
from tests.chat_model import USAGE, ChatModel
from tests.peer import Peer, Silent, success
from tests.unit.functions.answer.samples import passage, two

NOWHERE = "http://127.0.0.1:9"
HITS = [passage.model_dump(mode="json") for passage in two()]
FOUND = success({"hits": HITS, "index": "i", "coverage": 0.9, "took_ms": 1})
QUESTION = Message(role="user", content="Which port?")
ASKED = AnswerRequest(messages=[QUESTION], mode="keyword")
FOLLOWING = AnswerRequest(
    messages=[QUESTION, Message(role="assistant", content="9200."), QUESTION], mode="keyword"
)


@pytest.fixture(autouse=True)
async def session() -> AsyncIterator[None]:
    http.connection_pool().backoff = ()
    yield
    await http.close()


@pytest.fixture
def model() -> Iterator[ChatModel]:
    with ChatModel(lambda _: "Which port does Elasticsearch listen on?") as model:
        yield model


@pytest.fixture
def limiter() -> MemoryLimiter:
    return MemoryLimiter(Quotas(client_tokens=1_000_000))


def service_of(model: ChatModel, limiter: MemoryLimiter, retrieve: str) -> AnswerService:
    settings = Settings(chat_base_url=model.url, chat_model="small")
    admission_control = AdmissionControl(settings, limiter)
    return AnswerService(
        admission_control, Pipeline(settings, Retriever(NOWHERE, retrieve), open_generator(settings))
    )


def request() -> Request:
    return Request({"type": "http", "state": {"caller": Caller("key:ada")}})


async def given_up(service: AnswerService, receiving: asyncio.Task[object]) -> None:
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    await asyncio.gather(*service.settlements)


@pytest.mark.parametrize(
    "asked", [AnswerRequest(), AnswerRequest(messages=[Message(role="system", content="Obey.")])]
)
async def test_a_request_without_a_question_is_refused_when_questions_are_logged(
    asked: AnswerRequest,
) -> None:
    settings = Settings(log_questions=True)
    retriever = Retriever(settings.embed_url, settings.retrieve_url)
    service = AnswerService(
        AdmissionControl.from_settings(settings), Pipeline(settings, retriever, Extractive())
    )
    with pytest.raises(InvalidRequest):
        await service.start(request(), asked)
    await asyncio.gather(*service.settlements)


async def test_a_request_without_a_question_costs_nothing(
    model: ChatModel, limiter: MemoryLimiter
) -> None:
    service = service_of(model, limiter, NOWHERE)
    with pytest.raises(InvalidRequest):
        await service.start(request(), AnswerRequest(query=" "))
    await asyncio.gather(*service.settlements)
    assert limiter.total.tokens == 0


@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_is_charged_with_what_it_cost(
    model: ChatModel, limiter: MemoryLimiter, stream: bool
) -> None:
    async with Peer([FOUND] * 2) as url:
        service = service_of(model, limiter, url)
        pending = await service.start(request(), ASKED)
        kept = limiter.total.tokens
        if stream:
            assert [event async for event in pending.events()]
        else:
            await pending.answer()
        await asyncio.gather(*service.settlements)
    assert limiter.total.tokens == USAGE["total_tokens"] < kept


@pytest.mark.parametrize(("asked", "spent"), [(ASKED, 0), (FOLLOWING, USAGE["total_tokens"])])
async def test_a_client_that_disconnects_during_the_search_pays_for_the_rewriting(
    model: ChatModel, limiter: MemoryLimiter, asked: AnswerRequest, spent: int
) -> None:
    retrieve = Silent()
    async with retrieve as url:
        service = service_of(model, limiter, url)
        receiving = asyncio.create_task(service.start(request(), asked))
        await retrieve.asked.wait()
        assert limiter.total.tokens > spent
        await given_up(service, receiving)
    assert limiter.total.tokens == spent


@pytest.mark.parametrize(("asked", "spent"), [(ASKED, 0), (FOLLOWING, USAGE["total_tokens"])])
async def test_a_question_that_fails_without_retrieve_is_charged_for_the_rewriting(
    model: ChatModel, limiter: MemoryLimiter, asked: AnswerRequest, spent: int
) -> None:
    service = service_of(model, limiter, NOWHERE)
    with pytest.raises(Unavailable):
        await service.start(request(), asked)
    await asyncio.gather(*service.settlements)
    assert limiter.total.tokens == spent


@asynccontextmanager
async def retrieving(hits: Sequence[Passage]) -> AsyncIterator[str]:
    """The URL of a retrieve that finds these passages."""
    found = RetrieveResponse(hits=list(hits), index="docs", coverage=1, took_ms=1)

    async def search(_: web.Request) -> web.Response:
        return web.json_response(text=found.model_dump_json())

    app = web.Application()
    app.router.add_post("/", search)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


async def test_the_model_is_not_asked_what_would_cost_more_than_is_left(model: ChatModel) -> None:
    limiter = MemoryLimiter(Quotas(client_tokens=20_000))
    long = passage("Elasticsearch listens on port 9200. " * 2_000)
    async with retrieving([long]) as url:
        service = service_of(model, limiter, url)
        with pytest.raises(RateLimited, match="your 20000 daily tokens"):
            await service.start(request(), ASKED)
        await asyncio.gather(*service.settlements)
    assert (model.prompts, limiter.total.tokens) == ([], 0)


async def test_the_reservation_covers_the_prompt_until_the_answer_is_complete(model: ChatModel) -> None:
    limiter = MemoryLimiter(Quotas(client_tokens=50_000))
    long = passage("Elasticsearch listens on port 9200. " * 2_000)
    async with retrieving([long]) as url:
        service = service_of(model, limiter, url)
        pending = await service.start(request(), ASKED)
        assert limiter.total.tokens > 24_000
        await pending.answer()
        await asyncio.gather(*service.settlements)
    assert limiter.total.tokens == USAGE["total_tokens"]


async def test_a_client_that_disconnects_during_the_answer_pays_the_reservation(
    model: ChatModel, limiter: MemoryLimiter
) -> None:
    model.hold.clear()
    service = service_of(model, limiter, NOWHERE)
    receiving = asyncio.create_task(service.start(request(), FOLLOWING))
    await asyncio.to_thread(model.asked.wait)
    kept = limiter.total.tokens
    await given_up(service, receiving)
    assert limiter.total.tokens == kept > 0


HITS = [passage.model_dump(mode="json") for passage in two()]
FOUND = success({"hits": HITS, "index": "i", "coverage": 0.5, "took_ms": 1})
PORT = AnswerRequest(query="Which port does Elasticsearch listen on?", mode="keyword")


def left() -> float:
    labels = {"model": "small", "outcome": "left"}
    return REGISTRY.get_sample_value("footnote_answers_total", labels) or 0


async def test_an_answer_whose_client_disconnects_is_counted_as_left(
    model: ChatModel, limiter: MemoryLimiter
) -> None:
    model.hold.clear()
    async with Peer([FOUND] * 2) as url:
        pending = await service_of(model, limiter, url).start(request(), PORT)
        answering = asyncio.create_task(pending.answer())
        await asyncio.to_thread(model.asked.wait)
        before = left()
        answering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await answering
    assert left() == before + 1


async def test_a_stream_that_is_not_read_to_its_end_is_counted_as_left(
    model: ChatModel, limiter: MemoryLimiter
) -> None:
    async with Peer([FOUND] * 3) as url:
        service = service_of(model, limiter, url)
        abandoned, whole = [await service.start(request(), PORT) for _ in range(2)]
        before = left()
        async with aclosing(abandoned.events()) as events:
            await anext(events)
        assert left() == before + 1
        _ = [event async for event in whole.events()]
    await asyncio.gather(*service.settlements)
    assert left() == before + 1


async def test_an_answer_that_the_model_breaks_off_is_charged_with_its_estimate(
    model: ChatModel, limiter: MemoryLimiter
) -> None:
    model.breaks_after = 20
    async with Peer([FOUND] * 2) as url:
        service = service_of(model, limiter, url)
        pending = await service.start(request(), PORT)
        reserved, prompt = limiter.total.tokens, pending.context.prompt
        with pytest.raises(Unavailable):
            _ = [event async for event in pending.events()]
        await asyncio.gather(*service.settlements)
    cost = estimate(prompt, model.reply("")[: model.breaks_after]).total_tokens
    assert limiter.total.tokens == cost < reserved
