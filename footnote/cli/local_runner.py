"""Runs Footnote on one machine for `footnote up`: the functions, the broker and the bucket watcher."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder, is_ignored
from footnote.calls import http
from footnote.cli import index
from footnote.cli.embedding import probe_model
from footnote.cli.publishing import publish_all
from footnote.cli.summaries import outcome_summary
from footnote.cli.up_console import UpConsole
from footnote.drift import detect_drift
from footnote.errors import FootnoteError, Misconfigured, Unavailable
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.ingress import serve_ingress
from footnote.local.instance import lock, settings_to_publish
from footnote.local.listeners import listen, url_of
from footnote.local.supervisor import FUNCTION_NAMES, Supervisor, function_environ
from footnote.local.watcher import changed_keys
from footnote.settings import Settings
from footnote.store import Store
from footnote.text.chunking import Chunking

MODEL_TIMEOUT = 5
"""Seconds in which embed must tell its model."""


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
    logs = state / "logs"
    with lock(state) as publish, listen(0) as ingress:
        # The store is closed after the functions exit, so that all of SQLite's index is in its one file.
        async with index.opened(settings) as store:
            await _check_reachable(store, settings)
            broker_url = url_of(ingress)
            environ = function_environ(settings, bucket) | {"K_SINK": broker_url}
            console.starting(logs, settings)
            async with Supervisor.running(
                FUNCTION_NAMES, environ, logs, console.print, port=port
            ) as functions:
                urls = {**functions.url_settings, "broker_url": broker_url}
                publish({**settings_to_publish(settings, bucket), **urls})
                await _index_and_follow(settings, bucket, store, functions, console, ingress)


async def _check_reachable(store: Store, settings: Settings) -> None:
    """Raises Unavailable before any function waits for the index."""
    try:
        await store.live()
    except Unavailable as error:
        setting = "FOOTNOTE_ELASTICSEARCH_URL: " if settings.store == "elasticsearch" else ""
        raise Unavailable(f"{setting}{error.message}") from None


async def _index_and_follow(
    settings: Settings,
    bucket: Bucket,
    store: Store,
    functions: Supervisor,
    console: UpConsole,
    ingress: socket.socket,
) -> None:
    """Index what differs, then publish every change in the bucket until cancelled."""
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(
            Broker.running(
                bucket.uri,
                functions.urls["ingest"],
                DeadLetters.from_settings(settings),
                console.report,
            )
        )
        await stack.enter_async_context(serve_ingress(ingress, broker))
        # Watching starts before the first comparison, so that no change falls between the two.
        changes = changed_keys(bucket, store, settings.bucket_interval, console.print)
        following = asyncio.create_task(_publish_changes(changes, broker))
        stack.callback(following.cancel)
        await functions.wait_until_ready()
        settings = settings.model_copy(update=functions.url_settings)
        await _catch_up(settings, bucket, store, broker, console)
        await _suggest_reindex(settings, store, console)
        console.ready(functions.urls["answer"], settings.state, settings.auth)
        await following


async def _publish_changes(changes: AsyncIterator[Iterable[str]], broker: Broker) -> None:
    async for keys in changes:
        for key in keys:
            broker.publish(key)


async def _catch_up(
    settings: Settings, bucket: Bucket, store: Store, broker: Broker, console: UpConsole
) -> None:
    """Index what changed while Footnote did not run, unless the bucket cannot be reached."""
    await index.remove_expired(store, settings.index_days)
    try:
        found = await detect_drift(bucket, store)
    except Unavailable as error:
        # A cloud bucket is compared again when it is polled. Without an index a setting may be wrong.
        if isinstance(bucket, Folder) or await store.live() is None:
            raise
        console.not_compared(error.message)
        return
    if found.behind and await _ensure_live(settings, store, console):
        found = await detect_drift(bucket, store)
    await store.save_drift_report(found.report())
    outcomes = await publish_all(broker, found, console.rich_console, f"Indexing {bucket.uri}")
    await store.optimize()
    console.caught_up(outcome_summary(found, outcomes), found.elsewhere)


async def _ensure_live(settings: Settings, store: Store, console: UpConsole) -> bool:
    """Returns whether a generation was made live, because the live one is gone or lost its alias."""
    try:
        return await index.ensure_live(settings, store)
    except FootnoteError as error:
        console.print(error.message)
        return False


async def _suggest_reindex(settings: Settings, store: Store, console: UpConsole) -> None:
    """Tell if the settings ask for another model or chunking than the index was made with."""
    live = await store.live()
    if live is None:
        return
    chunking = str(Chunking.from_settings(settings))
    try:
        model, _ = await probe_model(settings, None, timeout=MODEL_TIMEOUT)
    except FootnoteError:
        model = live.model  # questions and indexing will report why embed fails
    finally:
        await http.close()
    made = {"model": live.model, "chunking": live.chunking}
    console.suggest_reindex(made, {"model": model, "chunking": chunking})


def _check_state_outside(bucket: Bucket, state: Path) -> None:
    """Raises Misconfigured if the index would be a document of the bucket, and so change for ever."""
    if isinstance(bucket, Folder) and state.is_relative_to(bucket.root):
        key = state.relative_to(bucket.root).as_posix()
        if not is_ignored(key):
            raise Misconfigured(
                f"The state folder {state} is inside the bucket {bucket.root}; "
                "choose another with `--state`."
            )
