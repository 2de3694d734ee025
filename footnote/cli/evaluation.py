"""Footnote itself on trial: a question set indexed in folders of its own, and its questions asked."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from footnote.bucket.folder import Folder
from footnote.calls import http
from footnote.cli import index
from footnote.cli.progress import COLUMNS, failures, publish_all
from footnote.drift import drift
from footnote.evaluation.measures import Result
from footnote.evaluation.questions import Question, QuestionSet
from footnote.evaluation.runner import EvaluationRunner
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.supervisor import NAMES, Supervisor, environ
from footnote.settings import Settings

OPEN_TO_ALL = {"auth": "off", "rate_limit": 0, "client_daily_tokens": 0, "total_daily_tokens": 0}


async def trial(
    found: QuestionSet, questions: Sequence[Question], settings: Settings, folder: Path
) -> tuple[list[Result], list[str]]:
    """A result for each question, and a line for each document that could not be indexed.

    All is kept in `folder`, but for what is in Elasticsearch where the settings name it: there indices
    of another prefix are made, and removed in the end.
    """
    ids = found.write(folder / "bucket")
    bucket = Folder(folder / "bucket")
    async with _apart(settings, folder) as own:
        running = Supervisor.running(NAMES, environ(own, bucket), folder / "state" / "logs", _tell)
        async with running as functions:
            await functions.wait_until_ready()
            failed = await _index(own, bucket, functions.urls["ingest"])
            asking = EvaluationRunner(
                functions.urls, {bucket.uri_of(key): id for key, id in ids.items()}
            )
            try:
                with Progress(*COLUMNS, console=Console(stderr=True)) as progress:
                    bar = progress.add_task("Asking", total=len(questions))
                    return await asking.all(questions, lambda: progress.advance(bar)), failed
            finally:
                await http.close()


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)


@asynccontextmanager
async def _apart(settings: Settings, folder: Path) -> AsyncIterator[Settings]:
    """The settings for an index of our own, which is gone in the end."""
    prefix = f"{settings.index}-eval-{secrets.token_hex(4)}"
    own = settings.model_copy(update={**OPEN_TO_ALL, "state": folder / "state", "index": prefix})
    try:
        yield own
    finally:
        if own.store == "elasticsearch":
            await _drop(own)


async def _drop(settings: Settings) -> None:
    from footnote.store.elasticsearch.client import Client

    client = Client(settings)
    try:
        names = await client.administer(lambda search: search.indices.get(index=f"{settings.index}-*"))
        await client.administer(lambda search: search.indices.delete(index=",".join(names)))
    finally:
        await client.close()


async def _index(settings: Settings, bucket: Folder, ingest_url: str) -> list[str]:
    async with index.opened(settings) as store:
        found = await drift(bucket, store)
    async with Broker.running(bucket.uri, ingest_url, DeadLetters.from_settings(settings)) as broker:
        console = Console(stderr=True, markup=False)
        return failures(await publish_all(broker, found, console, "Indexing"))
