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

    PATH lies in the bucket, or is a folder that is taken for one. When Footnote does not run here, the
    functions that indexing needs are started, and stopped afterwards. The exit code is 1 when a document
    failed; each is told with the reason.
    """
    from footnote.cli.reconciliation import ingest

    settings = options.index_settings(bucket=bucket, state=state)
    raise SystemExit(asyncio.run(ingest(settings, path.resolve())))
