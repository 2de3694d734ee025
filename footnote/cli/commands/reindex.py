"""`footnote reindex`: changes the embedding model or chunking of the index without downtime."""

from __future__ import annotations

import asyncio
import sys
from typing import IO

import click

from footnote.cli import options


@click.command("reindex")
@click.option("--model", help="Name or fingerprint of the model.  [default: embed's own]")
@click.option("--chunking", help="Such as wordpieces-250-50.  [default: as the settings say]")
@click.option("--queries", type=click.File(), help="Questions to compare by, one a line.")
@click.option("--yes", is_flag=True, help="Switch without asking.")
@click.option(
    "--rollback",
    is_flag=True,
    help="Go back to the index before; where --model or --chunking is given, from an index of these.",
)
@click.option("--drop", is_flag=True, help="Only remove the index that is kept beside the live one.")
@click.option("--status", is_flag=True, help="Only tell which are kept.")
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
    """Replace the index by one of another model or chunking, while answers come from it.

    Builds the next index beside the live one from stored text, no object is read again; compares the
    two; then switches in one moment. Meanwhile and afterwards both follow the bucket. Run it again after
    it was interrupted, and it goes on. The exit code is 1 when documents could not be done.
    """
    if rollback + drop + status > 1:
        raise click.UsageError("Give one of --rollback, --drop and --status.")
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
