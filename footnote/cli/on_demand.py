"""embed and ingest for as long as a command needs them, where none run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from footnote.bucket import Bucket
from footnote.cli.local_runner import environ
from footnote.local.instance import alone
from footnote.local.supervisor import Supervisor
from footnote.settings import Settings


@asynccontextmanager
async def reachable(settings: Settings) -> AsyncIterator[Settings]:
    """The settings to reach embed and ingest, which are started for the occasion where none are told."""
    if "ingest_url" in settings.model_fields_set:
        yield settings
        return
    async with temporary(settings, Bucket.from_settings(settings)) as located:
        yield located


@asynccontextmanager
async def temporary(settings: Settings, bucket: Bucket) -> AsyncIterator[Settings]:
    """The functions that indexing needs, and the settings to reach them."""
    state = settings.state.resolve()
    click.echo("Starting embed and ingest.", err=True)
    running = Supervisor.running(
        ("embed", "ingest"), environ(settings, bucket), state / "logs", click.echo
    )
    with alone(state):
        async with running as functions:
            await functions.wait_until_ready()
            yield settings.model_copy(update=functions.settings)
