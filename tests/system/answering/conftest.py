from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.chat_model import ChatModel
from tests.processes import Process, System
from tests.system.answering.questions import ATTACK, PORTS, SPORT


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """embed and retrieve, with three documents indexed."""
    with ExitStack() as stack:
        system = System(tmp_path_factory.mktemp("answering"), stack)
        system.start("embed")
        system.start("retrieve")
        ingest = system.start("ingest")
        for key, text in {"ports.md": PORTS, "sport.txt": SPORT, "garden.txt": ATTACK}.items():
            system.index(ingest, key, text)
        ingest.stop()
        yield system


@pytest.fixture(scope="module")
def answer(system: System) -> Process:
    return system.start("answer")


@pytest.fixture(scope="module")
def model() -> Iterator[ChatModel]:
    with ChatModel(lambda _: "") as model:
        yield model


@pytest.fixture(scope="module")
def chatting_process(system: System, model: ChatModel) -> Process:
    return system.start("answer", chat_base_url=model.url, chat_model="small", chat_patience=2)


@pytest.fixture
def chatting(chatting_process: Process, model: ChatModel) -> Process:
    """answer with a chat model that works and was not asked anything yet."""
    model.reply = lambda _: "Elasticsearch listens on port 9200 [1].\nIt needs Java 17 [1]."
    model.status, model.breaks_after = 200, None
    model.prompts.clear()
    model.asked.clear()
    model.left.clear()
    model.hold.set()
    return chatting_process
