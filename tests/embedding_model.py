"""An OpenAI-compatible endpoint of embedding models that cost nothing: a bag of hashed words each."""

from __future__ import annotations

import base64
import hashlib
import math
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.stub import Reply, Stub

DIMENSIONS = {"first": 64, "second": 96}


class EmbeddingModel:
    """Serves `first` and `second`, of different dimensions."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {name: [] for name in DIMENSIONS}
        """Embedded so far, by model."""
        self.delay = 0.0
        """Seconds that a call of `second` takes."""
        self.gone: set[str] = set()
        """Models that are served no longer."""
        self.refused: dict[str, str] = {}
        """By model, a word whose texts it refuses."""

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its base URL."""
        with Stub(lambda request: Reply(*self.answer(request.json))) as stub:
            yield f"{stub.url}/v1"

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        name, texts = asked["model"], asked["input"]
        if name not in DIMENSIONS.keys() - self.gone:
            return 404, {"error": {"message": f"There is no model {name}.", "type": "not_found"}}
        if name in self.refused and any(self.refused[name] in text for text in texts):
            return 400, {"error": {"message": "The text is too long.", "type": "invalid_request"}}
        if name == "second":
            time.sleep(self.delay)
        self.texts[name] += texts
        data = [
            {"object": "embedding", "index": at, "embedding": _packed(vector(text, name))}
            for at, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
        return 200, {"object": "list", "data": data, "model": name, "usage": usage}


def vector(text: str, model: str) -> list[float]:
    counts = [0.01] * DIMENSIONS[model]
    for word in text.lower().replace(".", " ").replace("?", " ").split():
        counts[hashlib.sha256(f"{model} {word}".encode()).digest()[0] % len(counts)] += 1
    length = math.hypot(*counts)
    return [count / length for count in counts]


def _packed(values: list[float]) -> str:
    return base64.b64encode(array("f", values).tobytes()).decode()
