"""`footnote replay`: dead letters, looked at and sent once more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from footnote.cli import client, options
from footnote.cli.terminal import printable
from footnote.errors import InvalidRequest
from footnote.events.deadletters import (
    ATTRIBUTES,
    DeadLetters,
    as_dead_letter,
    failure_reason,
    original_event,
)

if TYPE_CHECKING:
    from footnote.local.delivery import DeliveryResult

ACCEPTED = 202
"""Status of whoever delivers it later."""
PATIENCE = 5
"""Seconds to connect."""


@click.command("replay")
@click.argument("letters", nargs=-1)
@click.option("--list", "listing", is_flag=True, help="Only list them, with the failure_reason of each.")
@click.option("--show", "showing", is_flag=True, help="Only show them whole.")
@options.state
def command(letters: tuple[str, ...], listing: bool, showing: bool, state: str | None) -> None:
    """Send dead letters again: LETTERS, by their ids or files, or all that are kept.

    A dead letter is an event that could not be processed; it is kept in the folder dead-letters of the
    state folder for FOOTNOTE_DEAD_LETTER_DAYS, and removed when it succeeds. The exit code is 1 when one
    failed again. On a cluster the broker accepts them all: one that fails again comes back as a letter.
    """
    settings = options.inherited_settings(state=state)
    kept = DeadLetters.from_settings(settings)
    paths = [kept.find(letter) for letter in letters] or list(kept)
    if not paths:
        click.echo(f"There are no dead letters in {kept.folder}.")
    elif listing or showing:
        for path in paths:
            _show(kept, path) if showing else _list(kept, path)
    elif asyncio.run(_send(kept, paths, settings.ingest_url)):
        raise SystemExit(1)


def _list(letters: DeadLetters, path: Path) -> None:
    try:
        event = letters.read(path)
        told = f"{event.get('subject') or event['type']}: {failure_reason(event)}"
    except InvalidRequest as error:
        told = error.message
    click.echo(f"{path.stem}\n    {printable(told)}")


def _show(letters: DeadLetters, path: Path) -> None:
    """Every attribute as it came; the failure_reason in words in place of the one in base64."""
    event = letters.read(path)
    refused = f"{event.get(ATTRIBUTES[1])} by {event.get(ATTRIBUTES[0])}"
    told = {"letter": path, "refused": refused, "failure_reason": failure_reason(event)}
    told |= {name: event[name] for name in sorted(event) if name not in ATTRIBUTES}
    for name, value in told.items():
        click.echo(f"{name + ':':18} {printable(str(value))}")
    click.echo(json.dumps(event.get_data(), indent=2, ensure_ascii=False, default=repr) + "\n")


async def _send(letters: DeadLetters, paths: Iterable[Path], destination: str) -> int:
    """Returns how many failed again. Raises Unavailable when nobody is there to take any."""
    import aiohttp

    from footnote.local.delivery import Dispatcher

    await _reach(destination)
    failed = 0
    async with aiohttp.ClientSession() as session:
        dispatcher = Dispatcher(destination, session, asyncio.Semaphore(1))
        for path in paths:
            try:
                event = original_event(letters.read(path))
            except InvalidRequest as error:
                click.echo(error.message)
                failed += 1
                continue
            result = await dispatcher.deliver(event)
            if result.delivered:
                path.unlink(missing_ok=True)
            else:
                letters.keep(as_dead_letter(event, destination, result.status, result.body))
                failed += 1
            subject = event.get("subject") or event["type"]
            click.echo(printable(f"{subject}: {_became(result)}"))
    return failed


def _became(result: DeliveryResult) -> str:
    if not result.delivered:
        return result.reason
    return "accepted" if result.status == ACCEPTED else "done"


async def _reach(destination: str) -> None:
    """Or each letter would be tried for minutes before that is told."""
    to = urlsplit(destination)
    port = to.port or (443 if to.scheme == "https" else 80)
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(to.hostname, port)
    except OSError:
        raise client.nobody(destination, "FOOTNOTE_INGEST_URL") from None
    writer.close()
