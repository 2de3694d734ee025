"""`footnote reconcile`: makes the index agree with the whole bucket."""

from __future__ import annotations

import asyncio

import click

from footnote.cli import options


@click.command("reconcile")
@options.bucket
@options.state
@click.option("--dry-run", is_flag=True, help="Only list the objects that differ.")
@click.option("--reread", is_flag=True, help="Also read and embed unchanged objects again.")
def command(bucket: str | None, state: str | None, dry_run: bool, reread: bool) -> None:
    """Make the index agree with the whole bucket.

    Sends ingest an event for every object that is new, changed or gone since it was indexed, for those
    of which the index lost chunks, and for those that failed, since another limit or version may be able
    to read them. The events go to the Footnote running here, or to FOOTNOTE_INGEST_URL, which may be the
    URL of a broker. The exit code is 1 if a document failed or, with --dry-run, if anything differs.

    It also has ingest remove the documents of the buckets in FOOTNOTE_FORMER_BUCKETS.

    Unchanged objects keep the text that they were indexed with. After an upgrade that reads a format
    better, --reread replaces it; until then, answers come from the text before.
    """
    from footnote.cli.reconciliation import list_differences, reconcile

    settings = options.index_settings(bucket=bucket, state=state)
    if dry_run and reread:
        raise click.UsageError("Use either --dry-run or --reread.")
    work = list_differences(settings) if dry_run else reconcile(settings, reread=reread)
    raise SystemExit(asyncio.run(work))
