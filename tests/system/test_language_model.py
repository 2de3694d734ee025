"""A real small language model over the real wire: what it says is checked like anybody's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from footnote.cli import client
from tests import scripts
from tests.processes import Process, System

MOON_GARDEN = (
    "The moon garden opens at 21 o'clock and closes at midnight. Its keeper is Ada Brandt. "
    "Visitors leave their lamps at the gate."
)


@pytest.fixture(scope="module")
def model_url() -> Iterator[str]:
    with scripts.serving(scripts.LANGUAGE_MODEL) as url:
        yield url


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory, model_url: str) -> Iterator[Process]:
    with ExitStack() as stack:
        system = System(tmp_path_factory.mktemp("language-model"), stack)
        system.start("embed")
        system.start("retrieve")
        system.index(system.start("ingest"), "garden.txt", MOON_GARDEN)
        patient = {"chat_timeout": 300, "chat_patience": 300, "chat_max_tokens": 60}
        yield system.start("answer", chat_base_url=model_url, chat_model="smollm2", **patient)


def ask(answer: Process, question: str) -> tuple[str, dict[str, Any]]:
    """The text as it came, and the whole answer."""
    *events, (kind, done) = client.stream(f"{answer.url}/chat", {"query": question, "top_k": 1})
    assert kind == "done", done
    return "".join(data["text"] for kind, data in events if kind == "delta"), done


@pytest.mark.parametrize(
    "question", ["When does the moon garden open?", "Who is the keeper of the moon garden?"]
)
def test_every_footnote_of_the_model_is_verified(answer: Process, question: str) -> None:
    text, body = ask(answer, question)
    assert body["model"] == "smollm2"
    assert body["usage"]["completion_tokens"] > 0
    assert text == body["answer"] != ""
    for citation in body["citations"]:
        assert MOON_GARDEN[citation["start"] : citation["end"]] == citation["quote"]
    supported = {citation["number"] for citation in body["citations"] if citation["supported"]}
    for statement in body["statements"]:
        assert statement["supported"] == bool(supported & set(statement["citations"]))
    assert body["grounded"] == all(statement["supported"] for statement in body["statements"])
    assert any(statement["supported"] for statement in body["statements"])
