"""Removes the reasoning that some models write at the start of their text."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"
"""The tags of DeepSeek R1, Qwen 3 and others, which not every server of theirs removes."""


class ReasoningFilter:
    """Takes a text in pieces, and returns what it has beyond the reasoning."""

    def __init__(self) -> None:
        self._held = ""
        """The start of the text while it is, or may become, reasoning."""
        self._passes = False
        """Whether the answer has begun."""

    def feed(self, text: str) -> str:
        if self._passes:
            return text
        self._held = (self._held + text).lstrip()
        while self._held.startswith(OPEN) and CLOSE in self._held:
            self._held = self._held.partition(CLOSE)[2].lstrip()
        if self._held.startswith(OPEN):
            self._held = OPEN + self._held[len(OPEN) :][-len(CLOSE) :]  # it may be long
        self._passes = not OPEN.startswith(self._held[: len(OPEN)])
        return self._held if self._passes else ""

    def close(self) -> str:
        """What was held although it is no reasoning."""
        held_back = not self._passes and not self._held.startswith(OPEN)
        return self._held if held_back else ""
