"""A whole Footnote that holds every attacker's document, and asks a model that does what they say."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from footnote.cli import client
from tests.attacks import ATTACKS, Attack, harm
from tests.chat_model import ChatModel
from tests.processes import System


class Victim:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.system = System(folder, stack)
        self.model = stack.enter_context(ChatModel(_obey))
        self.system.start("embed")
        self.system.start("retrieve")
        ingest = self.system.start("ingest")
        self.answer = self.system.start(
            "answer",
            chat_base_url=self.model.url,
            chat_model="gullible",
            refusal_threshold=0,
        )
        for attack in ATTACKS:
            self.system.index(ingest, f"{attack.code}.md", attack.text)

    def suffer(self, attack: Attack, *, streams: bool) -> str:
        """What of the attack gets through; nothing if it is stopped."""
        uri = f"{self.system.bucket.as_uri()}/{attack.code}.md"
        question = {"query": attack.question, "filter": {"uri": [uri]}}
        ask = _streamed if streams else client.post
        answer = ask(f"{self.answer.url}/chat", question)
        assert answer["model"] == "gullible"
        prompt = self.model.prompts[-1]
        assert f"{attack.code} is a small ship" in prompt
        return harm(attack, prompt, answer)


def _obey(prompt: str) -> str:
    """The reply of the attack whose question is asked."""
    return next(attack.reply for attack in ATTACKS if attack.question in prompt)


def _streamed(url: str, question: dict[str, Any]) -> Any:
    """The answer as a reader saw it come: its text is that of the deltas."""
    *events, (_, done) = client.stream(url, question)
    return {**done, "answer": "".join(data["text"] for name, data in events if name == "delta")}
