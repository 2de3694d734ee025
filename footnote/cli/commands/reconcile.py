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

    Sends ingest an event for every object that is new, changed or gone since it was indexed, and for
    those that failed, since another limit or version may be able to read them. The events go to the
    Footnote running here, or to FOOTNOTE_INGEST_URL, which may be the URL of a broker. The exit code is
    1 if a document failed or, with --dry-run, if anything differs.
    """
    from footnote.cli.reconciliation import list_differences, reconcile

    settings = options.index_settings(bucket=bucket, state=state)
    raise SystemExit(asyncio.run((list_differences if dry_run else reconcile)(settings)))
