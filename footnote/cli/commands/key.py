"""`footnote key`: makes API keys."""

from __future__ import annotations

import click

from footnote.api_keys import generate_key


@click.group()
def command() -> None:
    """Make the keys that callers show when FOOTNOTE_AUTH=required."""


@command.command()
@click.argument("name")
@click.option("--groups", default="", help="Comma-separated: whose documents the holder may read.")
def new(name: str, groups: str) -> None:
    """Make a key for NAME: print it, and the line for the file `api-keys` among the secrets.

    The key is shown this once; the line holds only its hash. To take a key away, remove its line.
    """
    key, holder = generate_key(name, [group for group in groups.split(",") if group])
    click.echo(f"key:  {key}\nline: {holder}")
