"""Runs Footnote on one machine for `footnote up`: functions, a broker, and what follows the bucket."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder, is_ignored
from footnote.cli import index
from footnote.cli.up.console import UpConsole
from footnote.cli.up.follower import BucketFollower
from footnote.errors import Misconfigured, Unavailable
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.ingress import serve_ingress
from footnote.local.instance import lock, settings_to_publish
from footnote.local.listeners import listen, url_of
from footnote.local.supervisor import FUNCTION_NAMES, Supervisor, function_environ
from footnote.settings import Settings
from footnote.store import Store


def run(settings: Settings, port: int) -> None:
    """Run until SIGINT or SIGTERM. Raises Misconfigured or Unavailable when it cannot start."""
    asyncio.run(_run_until_signal(settings, port))


async def _run_until_signal(settings: Settings, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    waiting = asyncio.create_task(stopped.wait())
    serving = asyncio.create_task(_serve(settings, port))
    await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(settings: Settings, port: int) -> None:
    bucket, state, console = Bucket.from_settings(settings), settings.state.resolve(), UpConsole()
    _check_state_outside(bucket, state)
    logs, letters = state / "logs", DeadLetters.from_settings(settings)
    with lock(state) as publish, listen(0) as ingress:
        broker_url = url_of(ingress)
        environ = function_environ(settings, bucket) | {"K_SINK": broker_url}
        # The store is closed after the functions exit, so that all of SQLite's index is in its one file.
        async with index.opened(settings) as store:
            await _check_reachable(store, settings)
            console.starting(logs, settings)
            async with (
                Supervisor.running(FUNCTION_NAMES, environ, logs, console.print, port=port) as functions,
                Broker.running(bucket.uri, functions.urls["ingest"], letters, console.report) as broker,
                serve_ingress(ingress, broker),
            ):
                urls = functions.url_settings
                publish({**settings_to_publish(settings, bucket), **urls, "broker_url": broker_url})
                located = settings.model_copy(update=urls)
                await BucketFollower(located, bucket, store, broker, console).run(functions)


async def _check_reachable(store: Store, settings: Settings) -> None:
    """Raises Unavailable before any function waits for the index."""
    try:
        await store.live()
    except Unavailable as error:
        setting = "FOOTNOTE_ELASTICSEARCH_URL: " if settings.store == "elasticsearch" else ""
        raise Unavailable(f"{setting}{error.message}") from None


def _check_state_outside(bucket: Bucket, state: Path) -> None:
    """Raises Misconfigured if the index would be a document of the bucket, and so change for ever."""
    if isinstance(bucket, Folder) and state.is_relative_to(bucket.root):
        key = state.relative_to(bucket.root).as_posix()
        if not is_ignored(key):
            raise Misconfigured(
                f"The state folder {state} is inside the bucket {bucket.root}; "
                "choose another with `--state`."
            )
