"""`footnote ingest`: makes the index agree with a file or a folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from footnote.cli import options


@click.command("ingest")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@options.bucket
@options.state
def command(path: Path, bucket: str | None, state: str | None) -> None:
    """Make the index agree with PATH, a file or a folder, once.

    PATH is in the bucket, or is a folder to use as the bucket. If Footnote is not running here, the
    functions needed for indexing are started, and stopped afterwards. Each document that fails is
    printed with the reason, and the exit code is then 1.
    """
    from footnote.cli.reconciliation import ingest

    settings = options.index_settings(bucket=bucket, state=state)
    raise SystemExit(asyncio.run(ingest(settings, path.resolve())))
