"""`footnote reindex`: changes the embedding model or chunking of the index without downtime."""

from __future__ import annotations

import asyncio
import sys
from typing import IO

import click

from footnote.cli import options


@click.command("reindex")
@click.option("--model", help="Name or fingerprint of the model.  [default: embed's default]")
@click.option("--chunking", help="Such as wordpieces-250-50.  [default: from the settings]")
@click.option("--queries", type=click.File(), help="File of questions to compare with, one per line.")
@click.option("--yes", is_flag=True, help="Switch without asking.")
@click.option(
    "--rollback",
    is_flag=True,
    help="Switch back to the previous index; with --model or --chunking, only if the live index has "
    "them.",
)
@click.option("--drop", is_flag=True, help="Only remove the indices that are not live.")
@click.option("--status", is_flag=True, help="Only list the indices.")
@options.bucket
@options.state
@options.store
def command(
    model: str | None,
    chunking: str | None,
    queries: IO[str] | None,
    yes: bool,
    rollback: bool,
    drop: bool,
    status: bool,
    bucket: str | None,
    state: str | None,
    store: str | None,
) -> None:
    """Replace the index with one of another model or chunking, without downtime.

    Builds the new index beside the live one from the stored text, without reading objects again,
    compares the two, and then switches in one step. Both indices are kept up to date, after the switch
    too. If it is interrupted, run it again to continue. The exit code is 1 if documents could not be
    indexed.
    """
    if rollback + drop + status > 1:
        raise click.UsageError("Use only one of --rollback, --drop and --status.")
    from footnote.cli import reindexing

    settings = options.index_settings(bucket=bucket, state=state, store=store)
    if status or drop:
        work = reindexing.status(settings) if status else reindexing.drop(settings)
    else:
        questions = [line.strip() for line in queries or () if line.strip()]
        target = reindexing.Target(model, chunking, rollback, questions)
        work = reindexing.reindex(settings, target, lambda: yes or _confirmed())
    raise SystemExit(asyncio.run(work))


def _confirmed() -> bool:
    return sys.stdin.isatty() and click.confirm("Switch to it now?", err=True)
