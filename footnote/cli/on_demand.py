"""Starts embed and ingest for the duration of a command if they do not run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from footnote.bucket import Bucket
from footnote.local.instance import lock
from footnote.local.supervisor import Supervisor, function_environ
from footnote.settings import Settings


@asynccontextmanager
async def running_or_on_demand(settings: Settings) -> AsyncIterator[Settings]:
    """The settings to reach embed and ingest, which are started if no address of ingest is known."""
    if "ingest_url" in settings.model_fields_set:
        yield settings
        return
    async with on_demand(settings, Bucket.from_settings(settings)) as located:
        yield located


@asynccontextmanager
async def on_demand(settings: Settings, bucket: Bucket) -> AsyncIterator[Settings]:
    """Run embed and ingest while the block runs; yields the settings to reach them."""
    state = settings.state.resolve()
    click.echo("Starting embed and ingest.", err=True)
    environ = function_environ(settings, bucket)
    running = Supervisor.running(("embed", "ingest"), environ, state / "logs", click.echo)
    with lock(state):
        async with running as functions:
            await functions.wait_until_ready()
            yield settings.model_copy(update=functions.url_settings)
