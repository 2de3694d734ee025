"""The parameters of a chat completion request, as far as the endpoint accepts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OPTIONAL = ("max_tokens", "temperature", "stream_options")
REJECTION = (400, 422)
"""Statuses of a response to a request with a parameter that the endpoint does not accept."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """OpenAI's reasoning models accept no temperature, and `max_completion_tokens` instead of
    `max_tokens`, which is all that most other servers know."""

    rejected: frozenset[str] = frozenset()

    def body(self, max_tokens: int, *, stream: bool) -> dict[str, Any]:
        """The fields of the request beside model and messages."""
        fields: dict[str, Any] = {"temperature": 0, "max_tokens": max_tokens}
        if stream:
            fields |= {"stream": True, "stream_options": {"include_usage": True}}
        if "max_tokens" in self.rejected:
            fields["max_completion_tokens"] = max_tokens
        return {name: value for name, value in fields.items() if name not in self.rejected}

    def without_rejected(self, error: str) -> Parameters:
        """The parameters without those that the error of an endpoint names."""
        return Parameters(self.rejected.union(name for name in OPTIONAL if name in error))
