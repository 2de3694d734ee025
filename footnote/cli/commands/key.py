"""`footnote key`: makes API keys."""

from __future__ import annotations

import click

from footnote.api_keys import generate_key


@click.group()
def command() -> None:
    """Create the API keys that callers need if FOOTNOTE_AUTH=required."""


@command.command()
@click.argument("name")
@click.option("--groups", default="", help="Comma-separated groups whose documents the holder may read.")
def new(name: str, groups: str) -> None:
    """Create an API key for NAME: print it, and its line for the secret file `api-keys`.

    The key is shown only once; the line holds only its hash. To revoke a key, remove its line.
    """
    key, holder = generate_key(name, [group for group in groups.split(",") if group])
    click.echo(f"key:  {key}\nline: {holder}")
