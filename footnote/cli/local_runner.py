"""All of Footnote on one machine: the functions, and events for every change in the bucket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder, ignored
from footnote.calls import http
from footnote.cli import index
from footnote.cli.console import Screen
from footnote.cli.embedding import probed
from footnote.cli.progress import publish_all, summary
from footnote.drift import drift
from footnote.errors import FootnoteError, Misconfigured, Unavailable
from footnote.events.deadletters import DeadLetters
from footnote.local.agreement import told
from footnote.local.broker import Broker
from footnote.local.ingress import serve_ingress
from footnote.local.instance import alone
from footnote.local.listeners import listen, url_of
from footnote.local.supervisor import NAMES, Supervisor
from footnote.local.watcher import changes
from footnote.settings import PREFIX, Settings
from footnote.store import Store
from footnote.text.chunking import Chunking

PROBE = 5
"""Seconds in which embed is to say of which model it is."""


def run(settings: Settings, port: int) -> None:
    """Run until SIGINT or SIGTERM. Raises Misconfigured or Unavailable when it cannot start."""
    asyncio.run(_until_stopped(settings, port))


def environ(settings: Settings, bucket: Bucket) -> dict[str, str]:
    """The environment of the functions: these settings, folders by their absolute paths."""
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    given["state"] = settings.state.resolve()
    if isinstance(bucket, Folder):
        given["bucket"] = bucket.name
        # Whoever may ask here may put files into the folder as well.
        given.setdefault("uploads", settings.auth == "off")
    return {**os.environ, **{PREFIX + name.upper(): str(value) for name, value in given.items()}}


async def _until_stopped(settings: Settings, port: int) -> None:
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
    bucket, state, screen = Bucket.from_settings(settings), settings.state.resolve(), Screen()
    _check_apart(bucket, state)
    logs = state / "logs"
    with alone(state) as tell, listen(0) as door:
        # Closed when no function has the index open any more: so all of it is in its one file.
        async with index.opened(settings) as store:
            await _reach(store, settings)
            given = environ(settings, bucket) | {"K_SINK": url_of(door)}
            screen.starting(logs, settings)
            async with Supervisor.running(NAMES, given, logs, screen.print, port=port) as functions:
                tell({**told(settings, bucket), **functions.settings, "broker_url": url_of(door)})
                await _keep_true(settings, bucket, store, functions, screen, door)


async def _reach(store: Store, settings: Settings) -> None:
    """Or the functions would be waited for before it is told that the index cannot be used."""
    try:
        await store.live()
    except Unavailable as error:
        setting = "FOOTNOTE_ELASTICSEARCH_URL: " if settings.store == "elasticsearch" else ""
        raise Unavailable(f"{setting}{error.message}") from None


async def _keep_true(
    settings: Settings,
    bucket: Bucket,
    store: Store,
    functions: Supervisor,
    screen: Screen,
    door: socket.socket,
) -> None:
    """Keep the index true to the bucket."""
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(
            Broker.running(
                bucket.uri,
                functions.urls["ingest"],
                DeadLetters.from_settings(settings),
                screen.report,
            )
        )
        await stack.enter_async_context(serve_ingress(door, broker))
        # Before the first comparison, so that no change falls between the two.
        batches = changes(bucket, store, settings.bucket_interval, screen.print)
        following = asyncio.create_task(_follow(batches, broker))
        stack.callback(following.cancel)
        await functions.wait_until_ready()
        located = settings.model_copy(update=functions.settings)
        await _catch_up(located, bucket, store, broker, screen)
        await _compare(located, store, screen)
        screen.invite(functions.urls["answer"], settings.state, settings.auth)
        await following


async def _follow(batches: AsyncIterator[Iterable[str]], broker: Broker) -> None:
    async for keys in batches:
        for key in keys:
            broker.publish(key)


async def _catch_up(
    settings: Settings, bucket: Bucket, store: Store, broker: Broker, screen: Screen
) -> None:
    """Index what changed while Footnote did not run."""
    await index.age(store, settings.index_days)
    found = await drift(bucket, store)
    if found.behind and await _prepared(settings, store, screen):
        found = await drift(bucket, store)
    await store.report(found.report())
    outcomes = await publish_all(broker, found, screen.console, f"Indexing {bucket.uri}")
    screen.caught_up(summary(found, outcomes), found.elsewhere)


async def _prepared(settings: Settings, store: Store, screen: Screen) -> bool:
    """Whether an index is live that was not: the one that was is gone, or lost its alias."""
    try:
        return await index.prepared(settings, store)
    except FootnoteError as error:
        screen.print(error.message)
        return False


async def _compare(settings: Settings, store: Store, screen: Screen) -> None:
    """Tell where the settings ask for another index than there is: it stays as it was made."""
    live = await store.live()
    if live is None:
        return
    chunking = str(Chunking.from_settings(settings))
    try:
        model, _ = await probed(settings, None, timeout=PROBE)
    except FootnoteError:
        model = live.model  # why embed cannot be asked is told to whoever asks or indexes
    finally:
        await http.close()
    made = {"model": live.model, "chunking": live.chunking}
    screen.compare(made, {"model": model, "chunking": chunking})


def _check_apart(bucket: Bucket, state: Path) -> None:
    """Raises Misconfigured where the index would be a document of the bucket, and so change for ever."""
    if isinstance(bucket, Folder) and state.is_relative_to(bucket.root):
        key = state.relative_to(bucket.root).as_posix()
        if not ignored(key):
            raise Misconfigured(
                f"The state folder {state} lies in the bucket {bucket.root}; "
                "choose another with `--state`."
            )
