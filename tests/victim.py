"""A whole Footnote that holds every attacker's document, and asks a model that does what they say."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.attacks import ATTACKS, Attack, harm
from tests.chat_model import ChatModel
from tests.processes import System

EVENTS = "text/event-stream"


class Victim:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.system = System(folder, stack)
        self.model = stack.enter_context(ChatModel(_obey))
        embed = self.system.start("embed")
        ingest = self.system.start("ingest", embed_url=embed.url)
        retrieve = self.system.start("retrieve", embed_url=embed.url)
        self.answer = self.system.start(
            "answer",
            embed_url=embed.url,
            retrieve_url=retrieve.url,
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
        accept = EVENTS if streams else "application/json"
        reply = self.answer.post("/chat", question, {"accept": accept})
        assert reply.status == 200, reply.body
        answer = _streamed(reply.body.decode()) if streams else reply.json
        assert answer["model"] == "gullible"
        prompt = self.model.prompts[-1]
        assert f"{attack.code} is a small ship" in prompt
        return harm(attack, prompt, answer)


def _obey(prompt: str) -> str:
    """The reply of the attack whose question is asked."""
    return next(attack.reply for attack in ATTACKS if attack.question in prompt)


def _streamed(body: str) -> Any:
    """The answer as a reader saw it come: its text is that of the deltas."""
    events = [event.split("\n") for event in body.strip().split("\n\n") if event.startswith("event:")]
    frames = [(name.removeprefix("event: "), json.loads(data[6:])) for name, data in events]
    text = "".join(data["text"] for name, data in frames if name == "delta")
    return {**frames[-1][1], "answer": text}
