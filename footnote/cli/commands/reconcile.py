"""`footnote reconcile`: makes the index agree with the whole bucket."""

from __future__ import annotations

import asyncio

import click

from footnote.cli import options


@click.command("reconcile")
@options.bucket
@options.state
@click.option("--dry-run", is_flag=True, help="Only list the objects that differ.")
def command(bucket: str | None, state: str | None, dry_run: bool) -> None:
    """Make the index agree with the whole bucket.

    Sends ingest an event for every object that is new, changed or gone since the index looked, and for
    those that failed, since another limit or version may read them. Ingest is the one that runs here, or
    at FOOTNOTE_INGEST_URL, which may be the address of a broker. The exit code is 1 when a document
    failed, and with --dry-run when anything differs.
    """
    from footnote.cli.reconciliation import list_differences, reconcile

    settings = options.index_settings(bucket=bucket, state=state)
    raise SystemExit(asyncio.run((list_differences if dry_run else reconcile)(settings)))
