"""`footnote replay`: dead letters, sent once more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import click

from footnote.cli import options
from footnote.deadletters import DeadLetters, reason, restored, undeliverable


@click.command("replay")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "listing", is_flag=True, help="Only list them, with the reason of each.")
@options.state
def command(files: tuple[Path, ...], listing: bool, state: str | None) -> None:
    """Send dead letters again: FILES, or all that are kept.

    A dead letter is an event that could not be processed; it is kept in the folder dead-letters of the
    state folder, and removed when it succeeds. The exit code is 1 when one failed again.
    """
    settings = options.located_settings(state=state)
    letters = DeadLetters(settings.state / "dead-letters")
    if listing:
        _list(letters, files or letters)
    elif asyncio.run(_send(letters, files or letters, settings.ingest_url)):
        raise SystemExit(1)


def _list(letters: DeadLetters, paths: Iterable[Path]) -> None:
    for path in paths:
        event = letters.read(path)
        click.echo(f"{path}\n    {event.get('subject')}: {reason(event)}")


async def _send(letters: DeadLetters, paths: Iterable[Path], destination: str) -> int:
    """Returns how many failed again."""
    import aiohttp

    from footnote.cli.delivery import Courier

    failed = 0
    async with aiohttp.ClientSession() as session:
        courier = Courier(destination, session, asyncio.Semaphore(1))
        for path in paths:
            event = restored(letters.read(path))
            answer = await courier.deliver(event)
            if answer.delivered:
                path.unlink()
            else:
                letters.keep(undeliverable(event, destination, answer.status, answer.body))
                failed += 1
            click.echo(f"{event.get('subject')}: {'done' if answer.delivered else answer.reason}")
    return failed
