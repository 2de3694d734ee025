"""A whole Footnote of real processes, asked one question."""

from __future__ import annotations

from typing import Any

from footnote.cli import client
from tests.chat_model import ChatModel
from tests.processes import Answer, Process, System

QUESTION = {"query": "On which port does the lighthouse listen?"}
STATEMENT = "The lighthouse listens on port 8080 [1]."
DOCUMENT = "# The lighthouse\n\nThe lighthouse listens on port 8080. It was built in 1906.\n"


class Site:
    """A whole Footnote with one document. `answer` asks the chat model `model`."""

    def __init__(self, system: System, model: ChatModel) -> None:
        self.system = system
        self.model = model
        self.embed = system.start("embed")
        self.retrieve = system.start("retrieve")
        self.index("lighthouse.md", DOCUMENT)
        self.answer = system.stack.enter_context(self.process(chat_base_url=model.url, chat_patience=2))

    def index(self, key: str, text: str) -> None:
        ingest = self.system.start("ingest")
        self.system.index(ingest, key, text)
        ingest.stop()

    def process(self, **settings: object) -> Process:
        """An answer with settings of its own, to be entered."""
        given = {**self.system.settings, **settings}
        if "chat_base_url" in settings:
            given["chat_model"] = "stand-in"
        return Process("answer", self.system.folder, given)


def ask(answer: Process, **headers: str) -> Answer:
    return answer.post("/chat", QUESTION, headers)


def stream(answer: Process) -> Answer:
    return ask(answer, accept="text/event-stream")


def ask_streaming(answer: Process) -> Any:
    """The last event's data."""
    *_, (_, data) = client.stream(f"{answer.url}/chat", QUESTION)
    return data
