"""Options that several commands share, and the settings that result from them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from footnote.local import instance
from footnote.settings import PREFIX, Settings

state = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=f"{PREFIX}STATE",
    help="Folder of the local index, logs and dead letters.  [default: .footnote]",
)
bucket = click.option(
    "--bucket",
    envvar=f"{PREFIX}BUCKET",
    help="A folder, or s3://NAME, gs://NAME, az://NAME.  [default: ./bucket]",
)
store = click.option(
    "--store",
    type=click.Choice(["sqlite", "elasticsearch"]),
    envvar=f"{PREFIX}STORE",
    help="Where the index is: a file, or Elasticsearch.  [default: sqlite]",
)
key = click.option("--key", envvar=f"{PREFIX}KEY", help="Your API key, if answer requires one.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")


def settings(**given: str | Path | None) -> Settings:
    """The settings of the environment, overridden by the given options."""
    options = {PREFIX + name.upper(): str(value) for name, value in given.items() if value is not None}
    return Settings.from_environ({**os.environ, **options})


def inherited_settings(**given: str | Path | None) -> Settings:
    """The same, with those of the Footnote that runs with this state folder in place of the defaults."""
    return instance.inherited(settings(**given))


def index_settings(**given: str | Path | None) -> Settings:
    """The same, for commands that compare index and bucket. Raises Misconfigured if these differ from
    those of the running Footnote."""
    return instance.checked(settings(**given))
