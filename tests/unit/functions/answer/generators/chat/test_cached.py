"""The cache in front of a scripted chat model."""

from collections.abc import AsyncIterator, Iterator

import pytest

from footnote.calls import http
from footnote.contracts import Passage
from footnote.errors import Unavailable
from footnote.settings import Settings
from functions.answer.generators.chat.cache import MemoryCache
from functions.answer.generators.chat.cached import CachedChatModel
from tests.chat_model import ChatModel

TEXT = "The port is 8080 [1]."


def passage(text: str = "The port is 8080.") -> Passage:
    return Passage(
        document="d", uri="file:///a", version="1", title="A", start=0, end=len(text), text=text, score=1
    )


@pytest.fixture
def chat() -> Iterator[ChatModel]:
    with ChatModel(lambda _: TEXT) as chat:
        yield chat


@pytest.fixture
async def model(chat: ChatModel) -> AsyncIterator[CachedChatModel]:
    yield CachedChatModel(Settings(chat_base_url=chat.url, chat_model="any"), MemoryCache(60))
    await http.close()


async def written(model: CachedChatModel, question: str = "Port?", *passages: Passage) -> str:
    pieces = model.generate(question, passages or [passage()], stream=True)
    return "".join([piece async for piece in pieces if isinstance(piece, str)])


async def test_the_same_question_about_the_same_passages_is_asked_once(
    model: CachedChatModel, chat: ChatModel
) -> None:
    assert [await written(model) for _ in range(3)] == [TEXT] * 3
    assert len(chat.prompts) == 1


@pytest.mark.parametrize(
    ("question", "text"), [("Which port?", "The port is 8080."), ("Port?", "The port is 9090.")]
)
async def test_another_question_or_passage_is_a_cache_miss(
    model: CachedChatModel, chat: ChatModel, question: str, text: str
) -> None:
    await written(model)
    await written(model, question, passage(text))
    assert len(chat.prompts) == 2


@pytest.mark.parametrize("changed", [{"chat_model": "another"}, {"chat_max_tokens": 7}])
async def test_another_model_or_token_limit_is_a_cache_miss(
    model: CachedChatModel, chat: ChatModel, changed: dict[str, object]
) -> None:
    await written(model)
    await written(CachedChatModel(model.settings.model_copy(update=changed), model.cache))
    assert len(chat.prompts) == 2


async def test_a_text_that_was_cut_off_is_not_kept(model: CachedChatModel, chat: ChatModel) -> None:
    chat.finish = "length"
    await written(model)
    await written(model)
    assert len(chat.prompts) == 2


async def test_a_text_that_broke_off_is_not_kept(model: CachedChatModel, chat: ChatModel) -> None:
    chat.breaks_after = 10
    with pytest.raises(Unavailable):
        await written(model)
    chat.breaks_after = None
    assert await written(model) == TEXT
