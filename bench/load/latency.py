"""One user, who asks one question after the other: how much Footnote adds to what the model takes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any

import aiohttp

from bench.load.standin import Running

QUESTIONS = 40
TARGET = 25.0
EMBED = {"model": "stand-in", "input": "a question"}
CHAT = {"model": "stand-in", "messages": [{"role": "user", "content": "a question"}]}


@dataclass(frozen=True, slots=True)
class AddedLatency:
    """Medians, in milliseconds."""

    total: float
    """Of an answer, as its reader waits for it, beyond what the model takes by itself."""
    stages: dict[str, float]
    """Of that, by answer's own clock."""


async def measure(url: str, model: Running, bodies: Iterable[Mapping[str, Any]]) -> AddedLatency:
    """Ask the model and Footnote in turn, so that other load on the machine affects both."""
    rounds = []
    async with aiohttp.ClientSession() as session:
        for body in islice(bodies, QUESTIONS):
            embed, _ = await _asked(session, f"{model.url}/v1/embeddings", EMBED)
            chat, _ = await _asked(session, f"{model.url}/v1/chat/completions", CHAT)
            total, answer = await _asked(session, url, body)
            rounds.append(_stages(embed, chat, total, answer["timings_ms"]))
    medians = {name: median(one[name] for one in rounds) for name in rounds[0]}
    return AddedLatency(medians.pop("total"), medians)


def _stages(embed: float, chat: float, total: float, took: Mapping[str, float]) -> dict[str, float]:
    """What is added, by stage. The chat model begins when the passages are there."""
    asked = took.get("embed", 0)
    written = took["first_token"] - asked - took["retrieve"]
    return {
        "total": total - chat - (embed if asked else 0),
        "embed": asked - embed if asked else 0,
        "retrieve": took["retrieve"],
        "prompt and model": written - chat,
        "check": took["check"],
        "before and after": total - took["total"],
    }


async def _asked(
    session: aiohttp.ClientSession, url: str, body: Mapping[str, Any]
) -> tuple[float, dict[str, Any]]:
    """Milliseconds, and the answer."""
    begun = time.perf_counter()
    async with session.post(url, json=body) as response:
        answer: dict[str, Any] = await response.json()
        return 1000 * (time.perf_counter() - begun), answer
