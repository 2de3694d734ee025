"""`footnote up`: all of Footnote on one machine, until Ctrl-C."""

from __future__ import annotations

import click

from footnote.cli import options


@click.command("up")
@options.bucket
@options.state
@click.option(
    "--port",
    default=8080,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(0, 65535),
    help="Port of answer; 0 means any free port.",
)
@options.store
def command(bucket: str | None, state: str | None, port: int, store: str | None) -> None:
    """Run Footnote on this machine until Ctrl-C.

    Starts embed, retrieve, answer and ingest, indexes the documents in the bucket, and keeps the index
    up to date. Ask at the address it prints, or with `footnote ask`.
    """
    from footnote.cli.up import run

    run(options.settings(bucket=bucket, state=state, store=store), port)
