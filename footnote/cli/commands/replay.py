"""`footnote replay`: lists, shows and redelivers dead letters."""

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
    from footnote.local.delivery import DeliveryResult, Dispatcher

ACCEPTED = 202
"""Status of a broker, which delivers later."""
CONNECT_TIMEOUT = 5


@click.command("replay")
@click.argument("letters", nargs=-1)
@click.option("--list", "listing", is_flag=True, help="Only list them, each with its reason.")
@click.option("--show", "showing", is_flag=True, help="Only show them in full.")
@options.state
def command(letters: tuple[str, ...], listing: bool, showing: bool, state: str | None) -> None:
    """Send dead letters again: LETTERS, given as ids or files, or all of them.

    A dead letter is an event that could not be processed. It is kept in the folder dead-letters of the
    state folder for FOOTNOTE_DEAD_LETTER_DAYS, and removed when it succeeds. The exit code is 1 if one
    fails again. On a cluster the broker accepts all of them; one that fails again becomes a dead letter
    again.
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
        line = f"{event.get('subject') or event['type']}: {failure_reason(event)}"
    except InvalidRequest as error:
        line = error.message
    click.echo(f"{path.stem}\n    {printable(line)}")


def _show(letters: DeadLetters, path: Path) -> None:
    """Print the event with all attributes; those of the dead letter are decoded."""
    event = letters.read(path)
    refused = f"{event.get(ATTRIBUTES[1])} by {event.get(ATTRIBUTES[0])}"
    fields = {"letter": path, "refused": refused, "reason": failure_reason(event)}
    fields |= {name: event[name] for name in sorted(event) if name not in ATTRIBUTES}
    for name, value in fields.items():
        click.echo(f"{name + ':':18} {printable(str(value))}")
    click.echo(json.dumps(event.get_data(), indent=2, ensure_ascii=False, default=repr) + "\n")


async def _send(letters: DeadLetters, paths: Iterable[Path], destination: str) -> int:
    """Returns how many failed again. Raises Unavailable if `destination` refuses connections."""
    import aiohttp

    from footnote.local.delivery import Dispatcher

    await _check_connection(destination)
    async with aiohttp.ClientSession() as session:
        dispatcher = Dispatcher(destination, session, asyncio.Semaphore(1))
        delivered = [await _resend(dispatcher, letters, path) for path in paths]
    return delivered.count(False)


async def _resend(dispatcher: Dispatcher, letters: DeadLetters, path: Path) -> bool:
    """Returns whether the event was delivered; if not, it stays a dead letter, with the new reason."""
    try:
        event = original_event(letters.read(path))
    except InvalidRequest as error:
        click.echo(error.message)
        return False
    result = await dispatcher.deliver(event)
    if result.delivered:
        letters.remove(path)
    else:
        letters.keep(as_dead_letter(event, dispatcher.destination, result.status, result.body))
    subject = event.get("subject") or event["type"]
    click.echo(printable(f"{subject}: {_result_text(result)}"))
    return result.delivered


def _result_text(result: DeliveryResult) -> str:
    if not result.delivered:
        return result.reason
    return "accepted" if result.status == ACCEPTED else "done"


async def _check_connection(destination: str) -> None:
    """Raises Unavailable at once; the retries of each letter would take minutes."""
    to = urlsplit(destination)
    port = to.port or (443 if to.scheme == "https" else 80)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, writer = await asyncio.open_connection(to.hostname, port)
    except OSError:
        raise client.not_running(destination, "FOOTNOTE_INGEST_URL") from None
    writer.close()
