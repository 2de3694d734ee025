"""What a chat model is told beside the messages: as much of it as its endpoint takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OPTIONAL = ("max_tokens", "temperature", "stream_options")
UNTAKEN = (400, 422)
"""Statuses of a call that has a parameter which the endpoint does not take."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """OpenAI's models that reason take no temperature, and `max_completion_tokens` for `max_tokens`,
    which is all that most other servers know."""

    untaken: frozenset[str] = frozenset()

    def __call__(self, limit: int, *, stream: bool) -> dict[str, Any]:
        """Of a call for at most `limit` tokens."""
        given: dict[str, Any] = {"temperature": 0, "max_tokens": limit}
        if stream:
            given |= {"stream": True, "stream_options": {"include_usage": True}}
        if "max_tokens" in self.untaken:
            given["max_completion_tokens"] = limit
        return {name: value for name, value in given.items() if name not in self.untaken}

    def without(self, refused: str) -> Parameters:
        """Those that are left when the endpoint refuses a call with this text."""
        return Parameters(self.untaken.union(name for name in OPTIONAL if name in refused))
