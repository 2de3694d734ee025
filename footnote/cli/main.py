"""The entry point of the command line `footnote`."""

from __future__ import annotations

import os
import signal
from importlib import import_module
from typing import Any

import click

from footnote import __version__
from footnote.errors import FootnoteError

COMMANDS = ("up", "ask", "search", "status", "ingest", "reconcile", "reindex", "replay", "key", "eval")


class Footnote(click.Group):
    """Imports the module of a command when it is used, and prints expected errors in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"footnote.cli.commands.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        _end_at_sigterm()
        try:
            return super().invoke(ctx)
        except FootnoteError as error:
            click.echo(f"footnote: {error.message}", err=True)
            ctx.exit(2)
        except PermissionError as error:
            click.echo(f"footnote: Let this user read and write {error.filename}.", err=True)
            ctx.exit(2)


def _end_at_sigterm() -> None:
    """The first process of a container ignores a signal that it has no handler for."""
    if os.getpid() == 1:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))


@click.group(cls=Footnote, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="footnote")
def main() -> None:
    """Ask questions about the documents in a bucket: every statement of an answer carries a footnote
    to the passage it rests on.

    \b
      footnote up --bucket ~/papers        index a folder, and keep the index up to date
      footnote ask "What did we decide?"   ask, from another terminal

    Every setting can also be given in the environment, as FOOTNOTE_BUCKET, FOOTNOTE_STORE and so on.
    Exit codes: 0 success; 1 some documents or dead letters failed, or `reconcile --dry-run` found a
    difference; 2 error, and the message says why.
    """
