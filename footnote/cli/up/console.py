"""Console output of `footnote up`."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from footnote.cli.terminal import printable
from footnote.local.broker import Outcome
from footnote.local.supervisor import FUNCTION_NAMES
from footnote.settings import Settings

SAMPLE = "what-footnote-is.md"
"""One of the sample documents, which other documents are not asked about."""
STYLES = {"indexed": "green", "failed": "red", "deleted": "yellow"}


class UpConsole:
    def __init__(self) -> None:
        self.rich_console = Console(markup=False, highlight=False, soft_wrap=True)
        self._quiet = True

    def print(self, sentence: str) -> None:
        self.rich_console.print(printable(sentence))

    def starting(self, logs: Path, settings: Settings) -> None:
        """Raises Misconfigured if the settings of the chat model are incomplete."""
        writer = _writer(settings)
        self.print(f"Starting {', '.join(FUNCTION_NAMES)}; their logs are in {logs}.")
        self.print(writer)

    def report(self, outcome: Outcome) -> None:
        """Print an object that changed; before the first comparison ends, only one that failed."""
        if outcome.state != "failed" and (self._quiet or outcome.state == "unchanged"):
            return
        reason = f": {outcome.reason}" if outcome.reason else ""
        self.rich_console.print(outcome.state, style=STYLES.get(outcome.state), end=" ")
        self.print(outcome.key + reason)

    def caught_up(self, summary: str, other_buckets: str) -> None:
        self._quiet = False
        self.print(f"The index agrees with the bucket: {summary}.")
        if other_buckets:
            separate = "To keep a bucket separate, give it its own state folder with `--state`."
            self.print(f"{other_buckets} {separate}")

    def not_compared(self, reason: str) -> None:
        self._quiet = False
        self.print(f"{reason} Meanwhile answers come from what was indexed before.")

    def suggest_reindex(self, made: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        """Suggest `footnote reindex` if the index has another model or chunking than wanted."""
        differing = {name: value for name, value in wanted.items() if made[name] != value}
        if differing:
            options = " ".join(f"--{name} {shlex.quote(value)}" for name, value in differing.items())
            self.print(
                f"The index was made with {', '.join(made[name] for name in differing)}; to apply "
                f"{', '.join(differing.values())}, run `footnote reindex {options}`."
            )

    def ready(self, url: str, settings: Settings) -> None:
        elsewhere = "" if settings.state == Settings().state else f" --state {settings.state}"
        has_samples = (Path(settings.bucket) / SAMPLE).exists()
        question = "What is Footnote?" if has_samples else "..."
        example = f'{_program()} ask{elsewhere} "{question}"'
        self.rich_console.print(f"Ask at {url} or with: {example}", style="bold")
        if settings.auth == "off":
            self.print("Anyone who can reach this address can ask questions: FOOTNOTE_AUTH is off.")
        self.print(
            "Documents added to the bucket are indexed, removed ones forgotten. Press Ctrl-C to stop."
        )


def _writer(settings: Settings) -> str:
    if settings.has_chat_model:
        return f"Answers are written by {settings.chat_model} at {settings.chat_base_url}."
    return "Answers quote the documents, since no chat model is set."


def _program() -> str:
    """The name or relative path by which this program can be called again."""
    return "footnote" if shutil.which("footnote") else os.path.relpath(sys.argv[0])
