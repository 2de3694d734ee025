"""`footnote status`: what the index holds of each object, and why it holds nothing of some."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import click

from footnote.cli import client, options
from footnote.contracts import DocumentSummary


@click.command("status")
@click.option("--failed", is_flag=True, help="Show only documents that failed.")
@click.option("--url", help="Where answer is, such as http://127.0.0.1:8080.")
@options.key
@options.state
@options.as_json
def command(failed: bool, url: str | None, key: str | None, state: str | None, as_json: bool) -> None:
    """List the documents with their state, and the reason where one failed.

    The exit code is 1 when any document failed.
    """
    settings = options.located_settings(answer_url=url, state=state, key=key)
    documents = list(_documents(settings.answer_url.rstrip("/") + "/documents", settings.key))
    shown = [document for document in documents if document.state == "failed" or not failed]
    if as_json:
        click.echo(json.dumps([document.model_dump(mode="json") for document in shown], indent=2))
    else:
        _print(shown)
    if any(document.state == "failed" for document in documents):
        raise SystemExit(1)


def _documents(url: str, key: str) -> Iterator[DocumentSummary]:
    parameters: dict[str, str] = {}
    while True:
        page = client.get(url, key, **parameters)
        yield from map(DocumentSummary.model_validate, page["documents"])
        if page["next"] is None:
            return
        parameters["after"] = page["next"]


def _print(documents: list[DocumentSummary]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("State", "Passages", "Document", "Reason"):
        table.add_column(name, overflow="fold")
    for document in sorted(documents, key=lambda document: document.key):
        table.add_row(document.state, str(document.chunks), document.key, document.reason or "")
    console = Console(markup=False, highlight=False)
    if documents:
        console.print(table)
    counts = Counter(document.state for document in documents)
    console.print(", ".join(f"{count} {state}" for state, count in counts.items()) or "No documents.")
