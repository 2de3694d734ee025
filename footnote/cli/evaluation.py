"""Evaluates Footnote on a question set, whose documents get a temporary index of their own."""

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
from footnote.cli.publishing import PROGRESS_COLUMNS, publish_all
from footnote.cli.summaries import failure_lines
from footnote.drift import detect_drift
from footnote.evaluation.measures import Result
from footnote.evaluation.questions import Question, QuestionSet
from footnote.evaluation.runner import EvaluationRunner
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.supervisor import FUNCTION_NAMES, Supervisor, function_environ
from footnote.settings import Settings

NO_LIMITS = {"auth": "off", "rate_limit": 0, "client_daily_tokens": 0, "total_daily_tokens": 0}


async def evaluate(
    question_set: QuestionSet, questions: Sequence[Question], settings: Settings, folder: Path
) -> tuple[list[Result], list[str]]:
    """Returns a result for each question, and a line for each document that could not be indexed.

    Everything is written to `folder`. In Elasticsearch, indices with a prefix of their own are made, and
    removed at the end.
    """
    ids = question_set.write(folder / "bucket")
    bucket = Folder(folder / "bucket")
    async with _temporary_index(settings, folder) as own:
        environ, logs = function_environ(own, bucket), own.state / "logs"
        running = Supervisor.running(FUNCTION_NAMES, environ, logs, _report)
        async with running as functions:
            await functions.wait_until_ready()
            failed = await _index_all(own, bucket, functions.urls["ingest"])
            ids_by_uri = {bucket.uri_of(key): id for key, id in ids.items()}
            runner = EvaluationRunner(functions.urls, ids_by_uri)
            try:
                with Progress(*PROGRESS_COLUMNS, console=Console(stderr=True)) as progress:
                    task = progress.add_task("Asking", total=len(questions))
                    return await runner.run(questions, lambda: progress.advance(task)), failed
            finally:
                await http.close()


def _report(sentence: str) -> None:
    click.echo(sentence, err=True)


@asynccontextmanager
async def _temporary_index(settings: Settings, folder: Path) -> AsyncIterator[Settings]:
    """The settings of an index that is removed when the block ends."""
    prefix = f"{settings.index}-eval-{secrets.token_hex(4)}"
    own = settings.model_copy(update={**NO_LIMITS, "state": folder / "state", "index": prefix})
    try:
        yield own
    finally:
        if own.store == "elasticsearch":
            await _drop_indices(own)


async def _drop_indices(settings: Settings) -> None:
    from footnote.store.elasticsearch.client import Client

    client = Client(settings)
    try:
        names = await client.administer(lambda search: search.indices.get(index=f"{settings.index}-*"))
        await client.administer(lambda search: search.indices.delete(index=",".join(names)))
    finally:
        await client.close()


async def _index_all(settings: Settings, bucket: Folder, ingest_url: str) -> list[str]:
    async with index.opened(settings) as store:
        found = await detect_drift(bucket, store)
    async with Broker.running(bucket.uri, ingest_url, DeadLetters.from_settings(settings)) as broker:
        console = Console(stderr=True, markup=False)
        return failure_lines(await publish_all(broker, found.to_publish, console, "Indexing"))
